"""The target NumPy: a program as Python source that reuses its buffers."""
