"""Uuids that are made of ids and tell the ids again, so that nobody needs a list of them. Pure.

They look random and are of version 4. The lower 32 bits are the id, masked by what the
others, a digest of the id, come to.
"""

from functools import lru_cache
from hashlib import blake2b
from typing import Final

_VERSION: Final = (0x4 << 76) | (0x8 << 60)
_FIXED: Final = (0xF << 76) | (0xC << 60)
_LOW: Final = 0xFFFF_FFFF
_PRIME: Final = 2**32 - 5


class Identifiers:
    """The uuids of one kind of document of one seed."""

    def __init__(self, seed: int, kind: str) -> None:
        self._key = blake2b(f"{seed}/{kind}".encode(), digest_size=32).digest()

    def uuid_of(self, identity: int) -> str:
        """The uuid of an id below 2³², as 32 lower-case digits."""
        noise = blake2b(identity.to_bytes(4, "big"), key=self._key, digest_size=12).digest()
        high = ((int.from_bytes(noise, "big") << 32) & ~_FIXED) | _VERSION
        return f"{high | (identity ^ high % _PRIME):032x}"

    def id_of(self, uuid: str) -> int | None:
        """The id whose uuid that is, given as 32 lower-case digits; None if it is nobody's."""
        try:
            number = int(uuid, 16)
        except ValueError:
            return None
        if number >> 128:
            return None
        high = number & ~_LOW
        identity = (number & _LOW) ^ high % _PRIME
        return identity if self.uuid_of(identity) == uuid else None


def dashed(uuid: str) -> str:
    """The 32 digits in groups of 8, 4, 4, 4 and 12."""
    return f"{uuid[:8]}-{uuid[8:12]}-{uuid[12:16]}-{uuid[16:20]}-{uuid[20:]}"


@lru_cache(maxsize=64)
def identifiers(seed: int, kind: str) -> Identifiers:
    """The uuids of that kind and seed."""
    return Identifiers(seed, kind)
