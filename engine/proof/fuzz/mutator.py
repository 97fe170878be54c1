"""Inputs made from samples by a seed: bits flipped, tokens spliced, cut, repeated, nested. Pure."""

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Final

from engine.proof.fuzz.words import WORDS

MOST_BYTES: Final = 16 * 1024
MOST_STEPS: Final = 6
_NESTED: Final = (
    (b"[", b"]"),
    (b'{"a":', b"}"),
    (b"<a>", b"</a>"),
    (b"<!--", b"-->"),
    (b"<![CDATA[", b"]]>"),
    (b'"', b'"'),
)
_CODECS: Final = ("utf-8", "utf-16", "utf-16-le", "utf-8-sig", "utf-7", "cp1252", "utf-32")


def mutations(samples: Sequence[bytes], seed: str) -> Iterator[bytes]:
    """Inputs without end; the same samples and seed give the same ones."""
    chance = Random(seed)
    while True:
        raw = chance.choice(samples)
        for _ in range(chance.randint(1, MOST_STEPS)):
            raw = chance.choice(_STEPS)(raw, samples, chance)[:MOST_BYTES]
        yield raw


def _span(raw: bytes, chance: Random, longest: int = 64) -> tuple[int, int]:
    start = chance.randint(0, len(raw))
    return start, min(len(raw), start + chance.randint(0, longest))


def _flip(raw: bytes, _samples: Sequence[bytes], chance: Random) -> bytes:
    if not raw:
        return b"\x00"
    place = chance.randrange(len(raw))
    return raw[:place] + bytes([raw[place] ^ 1 << chance.randrange(8)]) + raw[place + 1 :]


def _splice(raw: bytes, _samples: Sequence[bytes], chance: Random) -> bytes:
    start, end = _span(raw, chance)
    if chance.random() < 0.5:
        end = start
    return raw[:start] + chance.choice(WORDS) + raw[end:]


def _cut(raw: bytes, _samples: Sequence[bytes], chance: Random) -> bytes:
    return raw[: chance.randint(0, len(raw))]


def _drop(raw: bytes, _samples: Sequence[bytes], chance: Random) -> bytes:
    start, end = _span(raw, chance)
    return raw[:start] + raw[end:]


def _repeat(raw: bytes, _samples: Sequence[bytes], chance: Random) -> bytes:
    start, end = _span(raw, chance)
    return raw[:end] + raw[start:end] * chance.choice((1, 2, 9, 100)) + raw[end:]


def _cross(raw: bytes, samples: Sequence[bytes], chance: Random) -> bytes:
    other = chance.choice(samples)
    start, end = _span(other, chance, 512)
    place, until = _span(raw, chance)
    return raw[:place] + other[start:end] + raw[until:]


def _count(raw: bytes, _samples: Sequence[bytes], chance: Random) -> bytes:
    """A run of digits becomes another number: huge, below nothing, or no number at all."""
    places = [place for place, byte in enumerate(raw) if 0x30 <= byte <= 0x39]
    if not places:
        return raw
    start = end = chance.choice(places)
    while end < len(raw) and 0x30 <= raw[end] <= 0x39:
        end += 1
    new = chance.choice((b"0", b"-1", b"1e999", b"NaN", b"9" * 20, b"9" * 5000, b"", b"0x10"))
    return raw[:start] + new + raw[end:]


def _nest(raw: bytes, _samples: Sequence[bytes], chance: Random) -> bytes:
    opening, closing = chance.choice(_NESTED)
    deep = chance.choice((1, 2, 63, 64, 65, 2000))
    start, end = _span(raw, chance, 4096)
    return raw[:start] + opening * deep + raw[start:end] + closing * deep + raw[end:]


def _recode(raw: bytes, _samples: Sequence[bytes], chance: Random) -> bytes:
    text = raw.decode("utf-8", errors="replace")
    return text.encode(chance.choice(_CODECS), errors="replace")


def _noise(raw: bytes, _samples: Sequence[bytes], chance: Random) -> bytes:
    place = chance.randint(0, len(raw))
    return raw[:place] + chance.randbytes(chance.randint(1, 16)) + raw[place:]


_STEPS: Final[Sequence[Callable[[bytes, Sequence[bytes], Random], bytes]]] = (
    _flip,
    _splice,
    _splice,
    _cut,
    _drop,
    _repeat,
    _cross,
    _count,
    _nest,
    _recode,
    _noise,
)
