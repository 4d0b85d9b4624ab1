"""Revisions, numbered 0001, 0002, ... Appended, never edited once released."""
