"""What the store loads when it starts."""

import subprocess
import sys

CODE = """
import kistep_archive.store.store, sys
print([name for name in ("pandas", "numpy") if name in sys.modules])
import numpy, pandas
"""


def test_the_store_loads_neither_pandas_nor_numpy_and_leaves_them_to_others() -> None:
    done = subprocess.run([sys.executable, "-W", "error", "-c", CODE], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")
