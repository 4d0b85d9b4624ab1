"""Samples to measures of one run. No input, no output, no clock."""
