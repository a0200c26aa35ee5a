"""Objects: spaces, whose names are types, and the values that live in them."""
