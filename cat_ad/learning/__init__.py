"""Learning: layers, lenses, optimizers, and steps made of them."""
