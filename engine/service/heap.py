"""The process's heap: what is freed goes back to the machine (G17).

glibc gives a large piece of memory pages of its own, which go back when it is freed. Left to
itself it counts fewer and fewer pieces as large, up to 32 MiB, and those it puts on the heap leave
gaps between what lives on: an engine grew by 1.2 MiB with each thousand events, and of 126 MiB
after 30,000 of them 37 were gaps (`tests/benchmarks/bench_soak.py`). With the size fixed,
mallopt(3), they go. On other C libraries nothing is done.
"""

import ctypes
from typing import Final

LARGE_BYTES: Final = 64 * 1024
_SPARE_BYTES: Final = 128 * 1024
_M_TRIM_THRESHOLD: Final = -1
_M_MMAP_THRESHOLD: Final = -3


def fix_heap() -> bool:
    """Pieces from `LARGE_BYTES` on have pages of their own from now on; False: not with this C
    library."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    wanted = {_M_MMAP_THRESHOLD: LARGE_BYTES, _M_TRIM_THRESHOLD: _SPARE_BYTES}
    return all(mallopt(name, value) == 1 for name, value in wanted.items())
