"""An Answer drawn for people. Draws, never computes."""
