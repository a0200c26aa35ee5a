"""One thread for matrix products, unless the user has asked for a number of threads.

The matrices here are small: two threads spend longer waiting for each other than multiplying. NumPy reads these
settings once, when it is first imported, so a program imports this module before anything else.
"""

import os

SETTINGS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")

if not any(setting in os.environ for setting in SETTINGS):
    os.environ.update(dict.fromkeys(SETTINGS, "1"))
