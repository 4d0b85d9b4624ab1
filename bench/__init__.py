"""Benchmarks: ratios in one interleaved run, and the long forms of the statistical suites."""
