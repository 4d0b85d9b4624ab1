"""Complaints written day by day, beside what the runs say: what goes along, and with what lag."""
