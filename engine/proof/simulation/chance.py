"""While a run lasts, the machine's clock and its chance are the run's own.

The engine is given its clock and its random numbers; libraries, the vault's nonces and the
sandbox's tokens ask the machine. Here the machine answers from the seed, so that the same seed
gives the same bytes everywhere. Holds for the whole process: one run at a time.
"""

import gc
import os
import random
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import aiohttp.connector

from engine.clock import Clock

_context = cache(ssl.create_default_context)


@contextmanager
def seeded(source: random.Random, clock: Clock) -> Iterator[None]:
    """Whoever asks the machine gets the run's time and bytes of `source` until the block ends.

    Memory is not tidied meanwhile: when that happens is no part of a seed. No connection of a run
    is encrypted, so all share one context, which is dear to make.
    """
    context = _context()
    answers = (
        (ssl, "create_default_context", lambda **_: context),
        (os, "urandom", source.randbytes),
        (random, "_urandom", source.randbytes),
        (time, "time", lambda: clock.now().timestamp()),
        (time, "monotonic", clock.monotonic),
        (aiohttp.connector, "monotonic", clock.monotonic),
    )
    before = [(place, name, getattr(place, name)) for place, name, _ in answers]
    state, tidies = random.getstate(), gc.isenabled()
    gc.disable()
    random.seed(source.getrandbits(64))
    try:
        for place, name, answer in answers:
            setattr(place, name, answer)
        yield
    finally:
        for place, name, answer in before:
            setattr(place, name, answer)
        random.setstate(state)
        if tidies:
            gc.enable()
