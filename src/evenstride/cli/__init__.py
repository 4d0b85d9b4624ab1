"""The terminal: arguments in, one answer asked for, its rendering out."""
