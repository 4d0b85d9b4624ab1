"""The only door to stored data."""
