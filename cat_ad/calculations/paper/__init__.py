"""The calculations of Elliott 2018, one section a file."""
