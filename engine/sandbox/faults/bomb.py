"""A gzip bomb: a small body that unpacks to very much. Pure."""

import struct
import zlib
from functools import lru_cache

_BLOCK = b" " * 1024**2
_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


@lru_cache(maxsize=4)
def gzip_bomb(megabytes: int) -> bytes:
    """One gzip member that unpacks to so many MiB of blanks, about a kilobyte each.

    A block closed by a full flush stands for itself, so that one is packed and repeated.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(_BLOCK) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = 0
    for _ in range(megabytes):
        checksum = zlib.crc32(_BLOCK, checksum)
    size = megabytes * len(_BLOCK) % 2**32
    return _HEADER + block * megabytes + packer.flush() + struct.pack("<II", checksum, size)
