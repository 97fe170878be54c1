"""Memory that is freed goes back to the machine, whatever was freed before."""

import platform
import subprocess
import sys

import pytest

GROWN = """
import sys
from engine.service.heap import fix_heap

def taken_bytes():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("RssAnon"))

assert sys.argv[1] == "left" or fix_heap()
for _ in range(3):
    bytearray(16 << 20)  # freed at once: from now on glibc takes nothing below it for large
before = taken_bytes()
pieces = [(bytearray(200_000), bytearray(1000)) for _ in range(500)]
kept = [small for _, small in pieces]
del pieces
print(taken_bytes() - before)
"""


def grown_bytes(heap: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", GROWN, heap], capture_output=True, text=True, timeout=60, check=True
    )
    return int(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the gaps are glibc's")
def test_heap_g17_when_large_pieces_are_freed_between_small_ones_then_no_gaps_are_kept() -> None:
    assert grown_bytes("left") > 50 << 20
    assert grown_bytes("fixed") < 10 << 20
