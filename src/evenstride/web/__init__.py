"""The local web app: HTTP in, one answer asked for, its page out."""
