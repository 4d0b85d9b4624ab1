"""Bytes to recordings: the only place where vendors' names, units and sides are translated."""
