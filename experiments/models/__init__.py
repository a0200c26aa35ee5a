"""Models of names: what each has to offer, how it reads and is measured, and how names are drawn from it."""
