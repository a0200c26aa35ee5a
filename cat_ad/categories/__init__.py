"""Categories as type classes, and their laws; plain functions; and diagrams of boxes and wires."""
