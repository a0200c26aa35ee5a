"""Training a model: its flags, batches and schedules, what runs a step, and the folder and checkpoint of a run."""
