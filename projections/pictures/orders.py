"""Purchase orders as pictures: as a command wishes them, as SYSPRO holds them. Pure.

A line that SYSPRO has goes by its number, a new one by our item. Columns: syspro.md §4; line types
4 freight, 5 charge, 6 comment, all others goods (inferred there).
"""

from collections.abc import Mapping, Sequence

from engine.core.canonical import JsonObject, JsonValue
from engine.core.keys import line_key
from engine.core.money import read_amount
from projections.facts import text_of
from projections.merging import objects_of
from projections.pictures.picture import (
    Cell,
    Part,
    Picture,
    held_cells,
    known_before,
    seen_cells,
    wanted_cells,
)

HEADER = (
    Cell(name="supplier", field="supplier", column="Supplier", kind="key"),
    Cell(name="currency", field="currency", column="Currency"),
    Cell(name="order date", field="order_on", column="OrderEntryDate", kind="day", is_free=True),
    Cell(name="due date", field="due_on", column="OrderDueDate", kind="day"),
    Cell(name="terms", field="terms_code", column="TermsCode"),
    Cell(name="buyer", field="buyer", column="Buyer"),
    Cell(name="payment terms", field="payment_terms", column="PaymentTerms"),
    Cell(name="shipping", field="shipping_instructions", column="ShippingInstrs", is_free=True),
    Cell(name="delivery code", field="delivery_code"),
    Cell(name="deliver to", field="delivery_name", column="DeliveryName", is_free=True),
    Cell(name="delivery address", field="delivery_address", kind="list", is_free=True),
    Cell(name="postal code", field="postal_code", column="PostalCode", is_free=True),
    Cell(name="exchange rate", field="exchange_rate", column="ExchangeRate", kind="number"),
    Cell(name="freight", field="freight", kind="money"),
    Cell(name="other charges", field="charges", kind="money"),
    Cell(name="comments", field="comments", kind="list", is_free=True),
)
GOODS = (
    Cell(name="stock code", field="stock_code", column="MStockCode"),
    Cell(name="item", field="item", column="item", is_free=True),
    Cell(name="description", field="description", column="MStockDes", is_free=True),
    Cell(name="warehouse", field="warehouse", column="MWarehouse"),
    Cell(name="quantity", field="quantity", column="MOrderQty", kind="number"),
    Cell(name="unit", field="unit", column="MOrderUom"),
    Cell(name="price", field="price", column="price", kind="money"),
    Cell(name="price unit", field="price_unit", column="MPriceUom"),
    Cell(name="discounts", field="discounts", kind="list"),
    Cell(name="discount", field="discount_value", kind="money"),
    Cell(name="tax code", field="tax_code", column="MTaxCode"),
    Cell(name="ledger code", field="ledger_code", column="MGlCode"),
    Cell(name="product class", field="product_class", column="MProductClass", is_free=True),
    Cell(name="due date", field="due_on", column="MLatestDueDate", kind="day"),
    Cell(name="complete", field="is_completed", column="MCompleteFlag", kind="flag"),
)
CHARGE = (
    Cell(name="value", field="value", column="charge", kind="money"),
    Cell(name="text", field="text", column="NComment", is_free=True),
    Cell(name="code", field="code"),
    Cell(name="tax code", field="tax_code", column="MTaxCode"),
)
COMMENT = (Cell(name="text", field="text", column="NComment", is_free=True),)
_TYPES = {"4": "freight", "5": "charge", "6": "comment"}
_STOCKED = "1"
_LISTS: Sequence[tuple[str, Sequence[Cell], str]] = (
    ("lines", GOODS, "item_id"),
    ("charge_lines", CHARGE, "key"),
    ("comment_lines", COMMENT, "key"),
)


def wished_order(body: JsonObject) -> Picture:
    """The order as a new one would be."""
    currency = text_of(body, "currency")
    parts: dict[str, Part] = {}
    for name, cells, key in _LISTS:
        for line in objects_of(body.get(name)):
            title = f"line {len(parts) + 1} {_called(name, line)}".rstrip()
            part = Part(title=title, cells=wanted_cells(cells, _goods(line), currency))
            parts[f"{name}:{line.get(key)}"] = part
    return Picture(cells=wanted_cells(HEADER, body, currency), parts=parts)


def held_order(row: JsonObject, local_currency: str) -> Picture:
    """The order as SYSPRO holds it."""
    currency = text_of(row, "Currency").strip() or local_currency
    header = held_cells(HEADER, {**row, "Currency": currency}, currency)
    parts = {
        str(line.get("Line")).strip(): _held_line(line, currency, local_currency)
        for line in objects_of(row.get("lines"))
    }
    return Picture(cells=header, parts=parts)


def changed_order(
    body: JsonObject, row: JsonObject, local_currency: str
) -> tuple[Picture, Picture]:
    """The order as SYSPRO holds it, of what a change touches, and as it would be then."""
    held = held_order(row, local_currency)
    currency = held.cells.get("currency") or text_of(body, "currency") or local_currency
    after = wanted_cells(HEADER[3:], body, currency)
    before = known_before(HEADER, after, {**seen_cells(body), **row}, currency)
    old, new = dict(held.parts), dict(held.parts)
    for name, cells, key in _LISTS:
        for line in objects_of(body.get(name)):
            place = _place(line, text_of(line, key), row)
            known = old.get(place)
            if line.get("action") == "D":
                if new.pop(place, None) is None:
                    old[place] = Part(title=f"line {place}", cells={})
                continue
            wanted = wanted_cells(cells, _goods(line), currency)
            title = known.title if known else f"line {place} {_called(name, line)}".rstrip()
            kept = known.cells if known else {}
            new[place] = Part(title=title, cells={**kept, **wanted})
    return Picture(cells=before, parts=old), Picture(cells=after, parts=new)


def cancelled_order(row: JsonObject, local_currency: str) -> tuple[Picture, Picture]:
    """The order as SYSPRO holds it, and without its lines."""
    held = held_order(row, local_currency)
    before = Picture(cells={"order": "open"}, parts=held.parts)
    return before, Picture(cells={"order": "cancelled"})


def _held_line(line: JsonObject, currency: str, local_currency: str) -> Part:
    number, kind = str(line.get("Line")).strip(), text_of(line, "LineType").strip()
    called = _TYPES.get(kind)
    if called is not None:
        cells = COMMENT if called == "comment" else CHARGE
        columns = ("NMscChargeValue", "NMscChargeFor")
        charge = _own(line, *columns, is_foreign=currency != local_currency)
        told = {**line, "charge": charge}
        return Part(title=f"line {number} {called}", cells=held_cells(cells, told, currency))
    price = _own(line, "MPrice", "MForeignPrice", is_foreign=currency != local_currency)
    title = f"line {number} {text_of(line, 'MStockDes').strip()}".rstrip()
    row: JsonObject = {**line, "price": price}
    if kind != _STOCKED:
        row = {name: value for name, value in row.items() if name != "MStockCode"}
        row = {**row, "item": line.get("MStockCode")}
    return Part(title=title, cells=held_cells(GOODS, row, currency))


def _own(line: JsonObject, local: str, foreign: str, *, is_foreign: bool) -> JsonValue:
    """The amount in the order's own currency; the local one where no foreign one is kept."""
    amount = read_amount(line.get(foreign)) if is_foreign else None
    return line.get(foreign) if amount else line.get(local)


def _goods(line: JsonObject) -> JsonObject:
    """A line of a command, where the code of what is not stocked is only what it is called."""
    if line.get("is_stocked") is not False:
        return line
    return {**line, "item": line.get("stock_code"), "stock_code": ""}


def _called(name: str, line: Mapping[str, object]) -> str:
    """What a line of a command is called."""
    if name == "lines":
        return str(line.get("description") or line.get("stock_code") or "")
    if name == "comment_lines":
        return "comment"
    return "freight" if line.get("kind") == "freight" else "charge"


def _place(line: JsonObject, key: str, row: JsonObject) -> str:
    """SYSPRO's number of the line, else that of the line with our item; the item for a new one."""
    if isinstance(line.get("line"), int):
        return str(line["line"])
    for held in objects_of(row.get("lines")):
        if text_of(held, "MSupCatalogue").strip() == line_key(key):
            return str(held.get("Line")).strip()
    return f"of item {key}"
