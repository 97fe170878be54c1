"""What would have been sent beside what people typed into SYSPRO: every shadowed document, once.

Reads `documents`, `facts` and the log, writes nothing. Candidates are read page by page and only
what is needed for finding is kept of each; whole rows are read of those that were found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from engine.core.canonical import JsonObject
from engine.core.keys import comparable_key, is_external_key, syspro_stream
from engine.core.money import ZERO, read_amount
from engine.db import Database, Row, octets, text
from engine.log.contract import Log
from projections.facts import object_of, text_of
from projections.invoice_numbers import normalised_number
from projections.merging import objects_of
from projections.pictures import Agreement, Typed, agreed, best_order
from projections.pictures.agreement import COMPARED
from projections.plan.decided import SHADOWED
from projections.policy import read_policy
from projections.syspro_rows import cell, invoices_like_fact

PAGE = 500
LINKED = "linked"
DOCUMENTS = """
SELECT key, kind, number, body FROM documents
WHERE tenant = $1 AND state = ANY($2) AND key > $3 ORDER BY key LIMIT $4
"""
FACTS = """
SELECT key, body FROM facts WHERE tenant = $1 AND key > $2 AND key < $3 ORDER BY key LIMIT $4
"""
FACT = "SELECT body FROM facts WHERE tenant = $1 AND key = $2"
_PLACES = {"purchase_order_add": "purchase_order", "supplier_add": "supplier"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadow:
    """A document that was planned and not sent; `linked` is SYSPRO's key if a person gave it."""

    key: str
    kind: str
    number: str
    company: str
    type: str
    payload: JsonObject
    linked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A shadowed document, the key of what was found for it ("" for nothing), and the verdict."""

    shadow: Shadow
    syspro_key: str
    agreement: Agreement


async def compare(database: Database, log: Log, tenant: str) -> Sequence[Compared]:
    """Each shadowed document beside what people typed for it, by key.

    What a person linked is compared with that; no order that was typed is found for two documents.
    """
    shadows = await _shadows(database, tenant)
    companies = sorted({shadow.company for shadow in shadows})
    local = {name: await _local_currency(database, tenant, name) for name in companies}
    typed = {name: await _typed(database, tenant, name, shadows) for name in companies}
    linked = {(one.company, comparable_key(one.linked)) for one in shadows if one.linked}
    found: list[Compared] = []
    for shadow in shadows:
        key = shadow.linked or await _found(database, tenant, shadow, typed[shadow.company], linked)
        row = await _row(log, tenant, shadow, key) if key else None
        agreement = agreed(shadow.type, shadow.payload, row, local[shadow.company])
        found.append(Compared(shadow=shadow, syspro_key=key, agreement=agreement))
    return found


async def _shadows(database: Database, tenant: str) -> Sequence[Shadow]:
    found: list[Shadow] = []
    after = ""
    while True:
        rows = await database.fetch(DOCUMENTS, tenant, [SHADOWED, LINKED], after, PAGE)
        found.extend(shadow for row in rows if (shadow := _shadow(row)) is not None)
        if len(rows) < PAGE:
            return found
        after = text(rows[-1], "key")


def _shadow(row: Row) -> Shadow | None:
    body: JsonObject = orjson.loads(octets(row, "body"))
    kept = object_of(body, "shadow")
    if text_of(kept, "type") not in COMPARED:
        return None
    return Shadow(
        key=text(row, "key"),
        kind=text(row, "kind"),
        number=text(row, "number"),
        company=text_of(body, "company"),
        type=text_of(kept, "type"),
        payload=object_of(kept, "payload"),
        linked=text_of(body, "syspro_key"),
    )


async def _typed(
    database: Database, tenant: str, company: str, shadows: Sequence[Shadow]
) -> list[Typed]:
    """The company's orders that carry no key of ours, of suppliers that any shadow names, or
    with a reference of their own."""
    orders = [one for one in shadows if one.type == "purchase_order_add" and one.company == company]
    suppliers = {comparable_key(text_of(one.payload, "supplier")) for one in orders}
    place, found = f"syspro_order:{company}/", []
    after = place
    while orders:
        rows = await database.fetch(FACTS, tenant, after, f"syspro_order:{company}0", PAGE)
        for row in rows:
            order = _order(text(row, "key").removeprefix(place), orjson.loads(octets(row, "body")))
            if order and (order.reference or comparable_key(order.supplier) in suppliers):
                found.append(order)
        if len(rows) < PAGE:
            break
        after = text(rows[-1], "key")
    return found


def _order(key: str, fact: JsonObject) -> Typed | None:
    reference = text_of(fact, "external_key")
    if is_external_key(reference) or text_of(fact, "OrderStatus") == "*":
        return None
    is_foreign = any(
        (read_amount(line.get("foreign_price")) or ZERO) != 0 for line in objects_of(fact["lines"])
    )
    price = "foreign_price" if is_foreign else "price"
    return Typed(
        key=key,
        supplier=text_of(fact, "Supplier"),
        reference=reference,
        lines=[
            (read_amount(line.get("quantity")) or ZERO, read_amount(line.get(price)) or ZERO)
            for line in objects_of(fact["lines"])
            if text_of(line, "type") not in {"4", "5", "6"}
        ],
    )


async def _found(
    database: Database,
    tenant: str,
    shadow: Shadow,
    typed: list[Typed],
    linked: set[tuple[str, str]],
) -> str:
    """The key of what was typed for a document; an order that is found is off the list then."""
    if shadow.type == "supplier_add":
        return ""
    if shadow.type == "purchase_order_add":
        free = [one for one in typed if (shadow.company, comparable_key(one.key)) not in linked]
        best = best_order(shadow.number, shadow.payload, free)
        if best is None:
            return ""
        typed.remove(best)
        return best.key
    supplier, number = text_of(shadow.payload, "supplier"), text_of(shadow.payload, "invoice")
    fact = invoices_like_fact(shadow.company, supplier, number)
    row = await database.fetchrow(FACT, tenant, fact)
    alike: Mapping[str, object] = orjson.loads(octets(row, "body")) if row is not None else {}
    wanted = normalised_number(number)
    same = [key for key in sorted(alike) if normalised_number(key.partition("|")[2]) == wanted]
    return same[0] if same else ""


async def _row(log: Log, tenant: str, shadow: Shadow, key: str) -> JsonObject | None:
    """What SYSPRO was last seen to hold under a key; None where it was not read."""
    kind = _PLACES.get(shadow.type, "invoice")
    parts = "|".join(comparable_key(part) for part in key.split("|"))
    stream = syspro_stream(shadow.company, kind, parts)
    event = (await log.latest(tenant, [stream])).get(stream)
    if event is None or event.body is None or event.type.endswith("Vanished"):
        return None
    row = object_of(event.body, "row")
    return row if any(cell(row, column) for column in row if column != "lines") else None


async def _local_currency(database: Database, tenant: str, company: str) -> str:
    row = await database.fetchrow(FACT, tenant, f"policy:{company}")
    return read_policy(
        orjson.loads(octets(row, "body")) if row is not None else None
    ).local_currency
