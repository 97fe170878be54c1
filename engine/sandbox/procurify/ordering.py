"""The order that `order_by` asks for: by one plain field of the printed rows (procurify.md §2.8).

The document names the parameter for every list and no field for it: that any plain field serves
and that null comes first are invented. `-` is documented for public payments alone, which have
their own order; elsewhere it names no field.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

import orjson

from engine.sandbox.procurify.printing import Json, printed

T = TypeVar("T")
MOST_ROWS = 10_000


def ordered(name: str, rows: Sequence[T], show: Callable[[T], Json]) -> Sequence[T]:
    """The rows by that field, ascending; as they were for any other name.

    More than `MOST_ROWS` rows stay as they are, so that no request holds the server up.
    """
    if not name or len(rows) > MOST_ROWS:
        return rows
    column = [orjson.loads(printed(show(row))).get(name) for row in rows]
    if any(isinstance(value, dict | list) for value in column):
        return rows
    texts = [None if value is None else str(value) for value in column]
    places = sorted(range(len(rows)), key=_keys(texts).__getitem__)
    return [rows[place] for place in places]


def _keys(texts: Sequence[str | None]) -> list[tuple[bool, object]]:
    """What the texts sort by: numbers if all are, else instants if all are, else themselves."""
    for read in (_number, datetime.fromisoformat):
        try:
            return [(text is not None, 0 if text is None else read(text)) for text in texts]
        except ValueError:
            continue
    return [(text is not None, "" if text is None else text.casefold()) for text in texts]


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error
