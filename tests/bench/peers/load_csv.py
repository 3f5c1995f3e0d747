"""Reads a table of numbers with a header row once and prints "SECONDS ROWS", the library being there already.
Usage: load_csv.py pandas|numpy PATH"""

import importlib
import sys
import time

library, path = sys.argv[1:]
module = importlib.import_module(library)
begin = time.perf_counter()
if library == "pandas":
    table = module.read_csv(path, engine="c")
else:
    table = module.loadtxt(path, dtype=module.float32, delimiter=",", skiprows=1)
print(f"{time.perf_counter() - begin:.6f} {len(table)}")
