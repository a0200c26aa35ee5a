"""Categories as type classes, each with its laws beside it; plain functions; and diagrams of boxes and wires."""
