"""Imported before numpy, whose BLAS then works in one thread, as in the batch: tests fill the cores alone."""

import os
from unittest.mock import patch

with patch.dict(os.environ, {"OPENBLAS_NUM_THREADS": "1"}):  # kernels that tests start get their own
    import numpy  # noqa: F401
