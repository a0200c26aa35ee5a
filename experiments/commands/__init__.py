"""What the programs on names do at a command line: train a model and tell of it, or invent names with it."""
