"""The FIT format: a columnar decoder and its translation into recordings."""
