"""The lines of an order as SYSPRO holds them beside the lines that we wished. No I/O.

Goods are found by our item's key in SupCatalogue, never by place. Comments and charges carry no
key: an added one is found by what it says (equal ones stand for each other), one that was
changed or deleted by its number, which SYSPRO does not give out twice.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from engine.core.commands import (
    ChargeLine,
    CommentLine,
    OrderLine,
    PurchaseOrderAdd,
    PurchaseOrderChange,
)
from engine.core.keys import line_key
from engine.syspro import xml
from engine.syspro.evidence.cells import number, unlike
from engine.syspro.objects.porqry import KIND, OrderDetail

Cells = Mapping[str, str]
OtherLine = ChargeLine | CommentLine
LinesPayload = PurchaseOrderAdd | PurchaseOrderChange

_ELEMENTS = {"freight": "Freight", "misc": "MiscCharge"}


def bindings(detail: OrderDetail) -> Mapping[str, int]:
    """Order item id → SYSPRO line number, by our key in the line, never by place."""
    prefix = line_key("")
    return {
        line["MSupCatalogue"].removeprefix(prefix): place
        for line in detail.lines
        if line.get("MSupCatalogue", "").startswith(prefix)
        and (place := xml.whole(line.get("Line", ""))) is not None
    }


def other_bindings(payload: LinesPayload, detail: OrderDetail) -> Mapping[str, int]:
    """Key of a comment or charge of the payload → SYSPRO line number, by what the line says."""
    return {
        line.key: _line_of(row)
        for line, row in _found_others(payload, detail)
        if line.action != "D" and row is not None
    }


def unlike_lines(payload: LinesPayload, detail: OrderDetail) -> Sequence[Sequence[str]]:
    """For each line of the payload why SYSPRO holds it otherwise; empty where it does not."""
    goods = [_unlike_goods(line, detail) for line in payload.lines]
    others = []
    for line, row in _found_others(payload, detail):
        if line.action == "D":
            others.append([f"{line.key} still stands"] if row is not None else [])
        else:
            others.append([f"{line.key} is not there"] if row is None else [])
    return [*goods, *others]


def moved_goods(payload: PurchaseOrderChange, detail: OrderDetail) -> Sequence[str]:
    """Why lines of goods must not be changed now: they are not what the plan saw."""
    return [
        said for line in payload.lines if line.action != "A" for said in _moved_goods(line, detail)
    ]


def moved_others(payload: PurchaseOrderChange, detail: OrderDetail) -> Sequence[str]:
    """Why comments and charges must not be changed now: one is gone, or stands there already."""
    said: list[str] = []
    others: Sequence[OtherLine] = (*payload.charge_lines, *payload.comment_lines)
    for line in others:
        if line.action == "A":
            is_there = any(_says(line, row) for row in detail.others)
            said.extend([f"{line.key} is there already"] if is_there else [])
            continue
        row, what = _at(line, detail), f"line {line.line}"
        said.extend([f"{what} is gone"] if row is None else unlike(line.seen, row, what))
    return said


def _moved_goods(line: OrderLine, detail: OrderDetail) -> Sequence[str]:
    rows = [row for row in detail.lines if row.get("Line") == str(line.line)]
    if len(rows) != 1 or rows[0].get("MSupCatalogue") != line_key(line.item_id):
        return [f"line {line.line} is not item {line.item_id}"]
    return unlike(line.seen, rows[0], f"line {line.line}")


def _unlike_goods(line: OrderLine, detail: OrderDetail) -> Sequence[str]:
    found = [row for row in detail.lines if row.get("MSupCatalogue") == line_key(line.item_id)]
    if line.action == "D":
        live = [row for row in found if row.get("MCompleteFlag") != "Y"]
        return [f"item {line.item_id} still stands"] if live else []
    if len(found) != 1:
        return [f"item {line.item_id} stands {len(found)} times"]
    row = found[0]
    prices = {number(row.get("MPrice", "")), number(row.get("MForeignPrice", ""))}
    wrong = []
    if number(row.get("MOrderQty", "")) != line.quantity:
        wrong.append(f"quantity {row.get('MOrderQty')} instead of {line.quantity}")
    if line.price not in prices:
        wrong.append(f"price {row.get('MPrice')} instead of {line.price}")
    if row.get("MStockCode") != line.stock_code:
        wrong.append(f"stock code {row.get('MStockCode')}")
    if line.is_completed and row.get("MCompleteFlag") != "Y":
        wrong.append("not complete")
    for column, value in _discounts(line).items():
        if number(row.get(column, "")) != value:
            wrong.append(f"{column} {row.get(column)} instead of {value}")
    return [f"item {line.item_id}: {', '.join(wrong)}"] if wrong else []


def _discounts(line: OrderLine) -> Mapping[str, Decimal]:
    """What the discount columns of the line hold, as far as the payload says."""
    if line.discount_value is not None:
        return {"MDiscValue": line.discount_value}
    return {f"MDiscPct{place}": share for place, share in enumerate(line.discounts, 1)}


def _found_others(
    payload: LinesPayload, detail: OrderDetail
) -> Sequence[tuple[OtherLine, Cells | None]]:
    """Each comment and charge of the payload with the row that is its, None where there is none."""
    wished: Sequence[OtherLine] = (*payload.charge_lines, *payload.comment_lines)
    pool = list(detail.others)
    found: dict[int, Cells | None] = {}
    for place, line in enumerate(wished):
        if line.action != "A":
            row = _at(line, detail)
            if row is not None:
                pool.remove(row)
            is_his = row is not None and (line.action == "D" or _says(line, row))
            found[place] = row if is_his else None
    for place, line in enumerate(wished):
        if line.action == "A":
            found[place] = next((row for row in pool if _says(line, row)), None)
            if (taken := found[place]) is not None:
                pool.remove(taken)
    return [(line, found[place]) for place, line in enumerate(wished)]


def _at(line: OtherLine, detail: OrderDetail) -> Cells | None:
    return next((row for row in detail.others if _line_of(row) == line.line), None)


def _says(line: OtherLine, row: Cells) -> bool:
    """Whether the row reads as the line does."""
    text = row.get("NComment", "").strip()
    if isinstance(line, CommentLine):
        return row[KIND] == "CommentLine" and text == line.text.strip()
    values = {number(row.get("NMscChargeValue", "")), number(row.get("NMscChargeFor", ""))}
    has_text = line.kind == "freight" or text == line.text.strip()
    return row[KIND] == _ELEMENTS[line.kind] and has_text and line.value in values


def _line_of(row: Cells) -> int:
    return xml.whole(row.get("PurchaseOrderLine", "")) or 0
