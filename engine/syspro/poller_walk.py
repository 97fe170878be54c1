"""One walk over a table of SYSPRO: every row of a snapshot or window, orders with their lines.

A walk gives all its rows or raises; nothing is kept in between, a broken walk begins again. Long
windows are read in slices of dates, so that no reply grows without bound.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from engine.core.canonical import JsonObject, JsonValue
from engine.core.keys import comparable_key
from engine.syspro.objects.comfnd import Condition, Row
from engine.syspro.poller_resources import (
    ORDER_LINE_COLUMNS,
    ORDER_LINES,
    PURCHASE_ORDERS,
    SLICE_DAYS,
    Resource,
)
from engine.syspro.reader import KEY_WIDTH, Lookups

ORDERS_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What one complete walk saw: rows by key, and how many look-ups it took."""

    rows: Mapping[str, JsonObject]
    calls: int


async def walk(
    lookups: Lookups,
    resource: Resource,
    company: str,
    *,
    since: date | None,
    today: date,
    known: Container[str],
) -> Walk:
    """Every row of the resource, of a window those dated `since` or later.

    `known` are the keys that the log holds.
    """
    found: list[Row] = []
    calls = 0
    for dates in _slices(resource, since, today):
        scope = [Condition(column=resource.scope, value=company)] if resource.scope else []
        found += await lookups.rows(
            resource.table, resource.columns, [*scope, *dates], order_by=resource.keys
        )
        calls += 1
    rows: Mapping[str, JsonObject] = resource.by_key(found, known)
    if resource.name == PURCHASE_ORDERS.name and rows:
        lines, more = await _order_lines(lookups, found)
        calls += more
        rows = {
            key: {**row, "lines": lines.get(comparable_key(str(row["PurchaseOrder"])), [])}
            for key, row in rows.items()
        }
    return Walk(rows=rows, calls=calls)


def _slices(resource: Resource, since: date | None, today: date) -> Sequence[Sequence[Condition]]:
    """The conditions of each look-up: dates from `since` on, the last slice open-ended."""
    column = resource.date_column
    if column is None or since is None:
        return [[]]
    slices = []
    start = since
    while True:
        after = start + timedelta(days=SLICE_DAYS)
        from_start = Condition(column=column, comparison="GE", value=start.isoformat())
        if after > today:
            slices.append([from_start])
            return slices
        slices.append(
            [from_start, Condition(column=column, comparison="LT", value=after.isoformat())]
        )
        start = after


async def _order_lines(
    lookups: Lookups, orders: Sequence[Row]
) -> tuple[Mapping[str, Sequence[JsonValue]], int]:
    """The lines of these orders by the order's key, in line order, and the look-ups it took."""
    found: dict[str, list[JsonValue]] = {}
    wanted = sorted({row["PurchaseOrder"] for row in orders})
    keys = {comparable_key(number) for number in wanted}
    calls = 0
    for start in range(0, len(wanted), ORDERS_AT_ONCE):
        part = wanted[start : start + ORDERS_AT_ONCE]
        rows = await _lines_between(lookups, part[0], part[-1])
        calls += 1
        if not rows and part[0].isdigit() and part[-1].isdigit():
            rows = await _lines_between(
                lookups, part[0].zfill(KEY_WIDTH), part[-1].zfill(KEY_WIDTH)
            )
            calls += 1
        for row in rows:
            key = comparable_key(row["PurchaseOrder"])
            if key in keys:
                found.setdefault(key, []).append(dict(row))
    return found, calls


async def _lines_between(lookups: Lookups, first: str, last: str) -> Sequence[Row]:
    return await lookups.rows(
        ORDER_LINES,
        ORDER_LINE_COLUMNS,
        [
            Condition(column="PurchaseOrder", comparison="GE", value=first),
            Condition(column="PurchaseOrder", comparison="LE", value=last),
        ],
        order_by=("PurchaseOrder", "Line"),
    )
