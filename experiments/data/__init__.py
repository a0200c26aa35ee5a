"""Names as data: the lists, their two parts, and what a model reads of them, windows or sequences."""
