"""Evenstride: where a runner's balance really is, what moves it, and whether it is changing."""
