"""What `experiments/benchmark.py` measures, and how it shows that."""
