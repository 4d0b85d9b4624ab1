"""Experiments on one runner: how they are drawn, planned, tested and judged."""
