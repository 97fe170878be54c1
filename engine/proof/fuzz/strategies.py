"""Inputs that Hypothesis draws: plain bytes and texts, JSON and XML of any shape, spliced samples.

Imported only where Hypothesis is installed, which the engine does not need.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from xml.sax.saxutils import escape

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from engine.proof.fuzz.words import WORDS

_NAMES = ("id", "data", "count", "next", "Order", "Key", "Supplier", "Value", "ErrorNumber")


def drawn(
    samples: Sequence[bytes], number: int, many: int, try_one: Callable[[bytes], None]
) -> None:
    """So many inputs were tried, the same for the same seed `number`."""
    silent = tuple(HealthCheck)

    @seed(number)
    @settings(
        max_examples=many,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=silent,
    )
    @given(_inputs(samples))
    def tried(raw: bytes) -> None:
        try_one(raw)

    tried()


def _inputs(samples: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    texts = st.text(max_size=80)
    pieces = st.one_of(
        st.sampled_from(WORDS), st.binary(max_size=24), texts.map(_as_bytes), st.just(b"")
    )
    spliced = st.builds(
        _spliced, st.sampled_from(samples), st.integers(0, 4096), st.integers(0, 64), pieces
    )
    return st.one_of(st.binary(max_size=400), texts.map(_as_bytes), _json(), _xml(), spliced)


def _as_bytes(text: str) -> bytes:
    return text.encode("utf-8", errors="surrogatepass")


def _spliced(sample: bytes, place: int, size: int, piece: bytes) -> bytes:
    place %= len(sample) + 1
    return sample[:place] + piece + sample[place + size :]


def _json() -> st.SearchStrategy[bytes]:
    leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20))
    names = st.one_of(st.sampled_from(_NAMES), st.text(max_size=8))
    values = st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=4), st.dictionaries(names, inner, max_size=4)
        ),
        max_leaves=12,
    )
    return values.map(lambda value: json.dumps(value).encode())


def _xml() -> st.SearchStrategy[bytes]:
    leaves: st.SearchStrategy[object] = st.text(max_size=20)
    trees = st.recursive(
        leaves,
        lambda inner: st.dictionaries(st.sampled_from(_NAMES), inner, max_size=4),
        max_leaves=12,
    )
    return trees.map(lambda tree: _as_bytes(f"<Row>{_printed(tree)}</Row>"))


def _printed(tree: object) -> str:
    if isinstance(tree, Mapping):
        return "".join(f"<{name}>{_printed(inner)}</{name}>" for name, inner in tree.items())
    return escape(str(tree))
