"""What Procurify says of documents, folded into facts: the document itself, and who uses a number.

Facts: `vendor:`, `order:`, `bill:` `<source>/<id>`; `order_number:<source>/<number>`;
`vendor_name:<source>/<plain name>`;
`invoice_number:<source>/<vendor>/<normalised number>`; `invoice_stem:<source>/<digits>`;
`bills_of_order:<source>/<order>` `{bills: {id: {vendor, is_credit}}}`; `group:<source>/<bill
group>`. Holders of a number are kept with the position since which they hold it: the earlier one
is the original. Pure.
"""

from engine.core.canonical import JsonObject, JsonValue
from engine.core.events import Event
from engine.core.keys import BILL, PURCHASE_ORDER, VENDOR, DocumentKey, canonical_uuid
from engine.core.projection import Address, Overlay, Table
from engine.core.shape import restore, store
from engine.core.similarity import plain_name
from engine.errors import Malformed
from projections.bill_reading import read_bill
from projections.claims import claim
from projections.facts import number_of, object_of, require, source_fact, text_of, written_fact
from projections.invoice_numbers import INVOICE_WIDTH, normalised_number, number_stem
from projections.invoices import Bill, BillContent
from projections.purchase_orders import Order, read_order
from projections.source import Source, Unreadable
from projections.suppliers import Vendor, read_vendor

UNREADABLE = "unreadable"
_KINDS = {"vendor": VENDOR, "purchase_order": PURCHASE_ORDER, "bill": BILL}


def fold_document(overlay: Overlay, event: Event, body: JsonObject) -> str | None:
    """The document's fact says what Procurify says now; the answer is the document's key."""
    document = document_of(body)
    if document is None:
        return None
    fact = source_fact(document)
    known = (fact, written_fact(document))
    require(overlay, [Address(table=Table.FACTS, key=key) for key in known])
    before = overlay.get(Table.FACTS, fact)
    after: JsonObject | None
    if event.type.endswith("Vanished"):
        after = None if before is None else {**before, "is_active": False}
    elif event.type == "DocumentUnreadable":
        after = {UNREADABLE: f"{text_of(body, 'cause')}: {text_of(body, 'text')}"}
    else:
        after = _read(document, body)
    if after is None or (document.kind == PURCHASE_ORDER and _is_older(before, after)):
        return None
    overlay.put(Table.FACTS, fact, after)
    if document.kind == PURCHASE_ORDER:
        _index_order(overlay, document, before, after, event.position)
    elif document.kind == BILL:
        _index_bill(overlay, document, before, after, event.position)
    else:
        _index_vendor(overlay, document, before, after)
    return str(document)


def _is_older(before: JsonObject | None, after: JsonObject) -> bool:
    """Whether an order was read as it stood before what is known: its version tells (§5.1)."""
    version = number_of(after, "version")
    return version > 0 and version < number_of(before, "version")


def document_of(body: JsonObject) -> DocumentKey | None:
    """The document that a change event is about; None if it names none."""
    source, identity = text_of(body, "source"), text_of(body, "id")
    kind = _KINDS.get(text_of(body, "kind"))
    if not (source and identity and kind):
        return None
    if kind == BILL:
        try:
            identity = canonical_uuid(identity)
        except Malformed:
            return None
    return DocumentKey(source=source, kind=kind, id=identity)


def _read(document: DocumentKey, body: JsonObject) -> JsonObject:
    source = Source(value=body.get("document"))
    try:
        if not isinstance(source.value, dict):
            raise Unreadable("$: an object is expected")
        if document.kind == VENDOR:
            return store(read_vendor(source))
        if document.kind == PURCHASE_ORDER:
            return store(read_order(source))
        return store(read_bill(source, document.id))
    except Unreadable as error:
        return {UNREADABLE: str(error)}


def order_in(fact: JsonObject | None) -> Order | None:
    """The order that a fact holds; None where there is none or it cannot be read."""
    return None if fact is None or UNREADABLE in fact else restore(Order, fact)


def bill_in(fact: JsonObject | None) -> Bill | None:
    """The bill that a fact holds; None where there is none or it cannot be read."""
    return None if fact is None or UNREADABLE in fact else restore(Bill, fact)


def vendor_in(fact: JsonObject | None) -> Vendor | None:
    """The vendor that a fact holds; None where there is none or it cannot be read."""
    return None if fact is None or UNREADABLE in fact else restore(Vendor, fact)


def order_number_fact(source: str, number: str) -> str:
    """The key of the fact that says which orders use a number."""
    return f"order_number:{source}/{number}"


def vendor_name_fact(source: str, name: str) -> str:
    """The key of the fact that says which vendors have a name, however spelt."""
    return f"vendor_name:{source}/{plain_name(name)}"


def invoice_number_fact(source: str, vendor: str, invoice: str) -> str:
    """The key of the fact that says which bills of a vendor use a number, however spelt."""
    return f"invoice_number:{source}/{vendor}/{normalised_number(invoice)}"


def invoice_stem_fact(source: str, invoice: str) -> str:
    """The key of the fact that says which bills of any vendor have nearly this number."""
    return f"invoice_stem:{source}/{number_stem(invoice)}"


def _index_order(
    overlay: Overlay,
    document: DocumentKey,
    before: JsonObject | None,
    after: JsonObject,
    position: int,
) -> None:
    old, new = _order_number(before), _order_number(after)
    is_written = overlay.get(Table.FACTS, written_fact(document)) is not None
    for number in sorted({old, new} - {""}):
        fact = order_number_fact(document.source, number)
        is_holding = number == new or is_written
        _hold_number(overlay, fact, document, {"since": position}, is_holding=is_holding)


def _hold_number(
    overlay: Overlay, fact: str, document: DocumentKey, holder: JsonObject, *, is_holding: bool
) -> None:
    """The document is among the holders of a number, since it first was, or is not.

    What it says else is kept where it says nothing new.
    """
    holders = object_of(overlay.get(Table.FACTS, fact), "holders")
    if is_holding:
        known = object_of(holders, document.id)
        since = known.get("since", holder.get("since"))
        holders[document.id] = {**known, **holder, "since": since}
    else:
        holders.pop(document.id, None)
    overlay.put(Table.FACTS, fact, {"holders": holders} if holders else None)


def _index_vendor(
    overlay: Overlay, document: DocumentKey, before: JsonObject | None, after: JsonObject
) -> None:
    """A vendor holds its name as long as Procurify has ever shown it so, active or not."""
    old, new = vendor_in(before), vendor_in(after)
    claim(overlay, new.external_id if new else "", document.id)
    names = {
        vendor_name_fact(document.source, one.name)
        for one in (old, new)
        if one and plain_name(one.name)
    }
    wanted = vendor_name_fact(document.source, new.name) if new else ""
    for fact in sorted(names):
        _hold_number(overlay, fact, document, {}, is_holding=fact == wanted)


def _order_number(fact: JsonObject | None) -> str:
    order = order_in(fact)
    return order.content.number if order and order.content else ""


def _index_bill(
    overlay: Overlay,
    document: DocumentKey,
    before: JsonObject | None,
    after: JsonObject,
    position: int,
) -> None:
    old, new = bill_in(before), bill_in(after)
    is_written = overlay.get(Table.FACTS, written_fact(document)) is not None
    wanted = _invoice_facts(document, new)
    for fact in sorted(_invoice_facts(document, old) | wanted):
        is_holding = fact in wanted or is_written
        holder = _bill_holder(new, position) if is_holding else {}
        _hold_number(overlay, fact, document, holder, is_holding=is_holding)
    _index_orders(overlay, document, old, new)
    _index_group(overlay, document, old, new)


def bills_of_order_fact(source: str, order: str) -> str:
    """The key of the fact that lists the bills over an order."""
    return f"bills_of_order:{source}/{order}"


def _orders_of(content: BillContent | None) -> set[str]:
    return {item.order for item in content.items if item.order} if content is not None else set()


def _index_orders(
    overlay: Overlay, document: DocumentKey, old: Bill | None, new: Bill | None
) -> None:
    content = new.content if new is not None and new.is_eligible else None
    wanted = _orders_of(content)
    for order in sorted(wanted | _orders_of(old.content if old is not None else None)):
        fact = bills_of_order_fact(document.source, order)
        bills = object_of(overlay.get(Table.FACTS, fact), "bills")
        if content is not None and order in wanted:
            is_credit = content.owed < 0
            bills[document.id] = {"vendor": content.vendor, "is_credit": is_credit}
        else:
            bills.pop(document.id, None)
        overlay.put(Table.FACTS, fact, {"bills": bills} if bills else None)


def _bill_holder(bill: Bill | None, position: int) -> JsonObject:
    """What is known by a number of the bill that has it; its content while it has one."""
    content = bill.content if bill is not None else None
    if bill is None or content is None:
        return {"since": position}
    return {
        "since": position,
        "group": bill.group,
        "type": bill.type,
        "vendor": content.vendor,
        "invoice": content.invoice,
        "value": str(content.owed),
        "is_credit": content.owed < 0,
        "invoiced_on": content.invoiced_at[:10],
    }


def _invoice_facts(document: DocumentKey, bill: Bill | None) -> set[str]:
    """The facts of the numbers that the bill has: its own, the end of one too long, its stem."""
    if bill is None or not bill.is_eligible or bill.content is None:
        return set()
    content = bill.content
    if not (content.vendor and normalised_number(content.invoice)):
        return set()
    spelt = {content.invoice, content.invoice[-INVOICE_WIDTH:]}
    found = {invoice_number_fact(document.source, content.vendor, number) for number in spelt}
    return {*found, invoice_stem_fact(document.source, content.invoice)}


def group_fact(source: str, group: str) -> str:
    """The key of the fact that lists the versions of one bill."""
    return f"group:{source}/{group}"


def _index_group(
    overlay: Overlay, document: DocumentKey, old: Bill | None, new: Bill | None
) -> None:
    groups = {bill.group for bill in (old, new) if bill and bill.group}
    for group in sorted(groups):
        fact = group_fact(document.source, group)
        members: dict[str, JsonValue] = object_of(overlay.get(Table.FACTS, fact), "members")
        if new is not None and new.group == group and new.is_active:
            members[document.id] = new.version
        else:
            members.pop(document.id, None)
        overlay.put(Table.FACTS, fact, {"members": members} if members else None)
