"""How fast is it? Training steps and gradients, timed beside other ways to write them (`peers/`)."""
