"""What things are: the vocabulary and types every room shares. No input, no output, no clock."""
