"""More categories to read an arrow in: what it costs, how it looks, how it is written, what bounds it, step by step."""
