"""APSSSP, the supplier: Setup/Add under a code that we give, Setup/Update (syspro.md §3.6).

The code is the key, so a repeat is refused by SYSPRO itself (command class U). Both flags that
rule later postings, GRN matching and purchase orders, are always sent: SYSPRO's default Y for
matching would block bills that are distributed from their allocations. An Update says every field
that is ours, so a repeat changes nothing. Pure.
"""

from collections.abc import Mapping, Sequence

from engine.core.commands import SupplierAdd, SupplierChange
from engine.errors import Malformed
from engine.syspro import xml
from engine.syspro.objects.answers import (
    PostReply,
    Unreadable,
    about_one,
    same_key,
    settled,
)
from engine.syspro.objects.fields import (
    ADDRESS_LINES,
    SETUP_PARAMETERS,
    Operation,
    XmlIn,
    addressed,
    fitted,
    flag,
    optional,
    parameters,
    present,
    required,
)

ROOT = "SetupApSupplier"
_WIDTHS = {
    "SupplierName": 50,
    "SupShortName": 20,
    "Telephone": 20,
    "Contact": 50,
    "TermsCode": 2,
    "SupPostalCode": 10,
    "TaxRegnNum": 20,
    "OnHold": 1,
    "PurchOrdAllowed": 1,
    "Email": 255,
}
_NEVER_BLANK = ("SupplierName", "TermsCode")


def render(payload: SupplierAdd | SupplierChange) -> XmlIn:
    """The call that adds or changes the supplier; raises `Malformed` for what does not fit."""
    if isinstance(payload, SupplierAdd):
        return _call("setup_add", _added(payload))
    return _call("setup_update", _changed(payload))


def _call(operation: Operation, fields: Sequence[xml.Element]) -> XmlIn:
    return XmlIn(
        business_object="APSSSP",
        operation=operation,
        parameters=parameters(ROOT, SETUP_PARAMETERS),
        document=xml.build(ROOT, [("Item", fields)]),
    )


def changed_fields(payload: SupplierChange) -> Mapping[str, str]:
    """What the change says, by element, which is also the column's name; in SYSPRO's order."""
    address = payload.address
    lines = None if address is None else [*address, *[""] * (ADDRESS_LINES - len(address))]
    holds = {True: "Y", False: "N", None: None}
    said = {
        "SupplierName": payload.name,
        "SupShortName": payload.short_name,
        "Telephone": payload.telephone,
        "Contact": payload.contact,
        "TermsCode": payload.terms_code,
        **{f"SupAddr{place}": line for place, line in enumerate(lines or (), 1)},
        "SupPostalCode": payload.postal_code,
        "TaxRegnNum": payload.tax_registration,
        "OnHold": holds[payload.is_on_hold],
        "PurchOrdAllowed": holds[payload.is_order_allowed],
        "Email": payload.email,
    }
    return {element: text for element, text in said.items() if text is not None}


def _changed(payload: SupplierChange) -> Sequence[xml.Element]:
    said = changed_fields(payload)
    if not said:
        raise Malformed("a supplier's change that says nothing")
    blank = [element for element in _NEVER_BLANK if element in said and not said[element].strip()]
    if blank:
        raise Malformed(f"{blank[0]} is blank")
    return [
        ("Key", [required("Supplier", payload.supplier, 15)]),
        *((element, fitted(element, text, _width(element))) for element, text in said.items()),
    ]


def _width(element: str) -> int:
    if element.startswith("SupAddr") and element not in _WIDTHS:
        if int(element.removeprefix("SupAddr")) > ADDRESS_LINES:
            raise Malformed(f"SupAddr takes {ADDRESS_LINES} lines")
        return 40
    return _WIDTHS[element]


def _added(payload: SupplierAdd) -> Sequence[xml.Element]:
    return present(
        ("Key", [required("Supplier", payload.supplier, 15)]),
        required("SupplierName", payload.name, 50),
        optional("SupShortName", payload.short_name, 20),
        optional("Telephone", payload.telephone, 20),
        optional("Contact", payload.contact, 50),
        required("Branch", payload.branch, 10),
        required("TermsCode", payload.terms_code, 2),
        optional("Bank", payload.bank, 15),
        required("Currency", payload.currency, 3),
        *addressed("SupAddr", payload.address),
        optional("SupPostalCode", payload.postal_code, 10),
        optional("SupplierClass", payload.supplier_class, 10),
        optional("TaxRegnNum", payload.tax_registration, 20),
        flag("OnHold", False),
        flag("PurchOrdAllowed", payload.is_order_allowed),
        flag("GrnMatchReqd", payload.is_grn_match_required),
        optional("Email", payload.email, 255),
    )


def read(payload: SupplierAdd | SupplierChange, text: str) -> PostReply:
    """What the reply says about our supplier; the key echoed must be ours."""
    taken = about_one(text, ROOT, "item", "one supplier")
    if isinstance(taken, Unreadable):
        return taken
    answer, item = taken
    key = item.text_at("key/supplier")
    if key and not same_key(key, payload.supplier):
        return Unreadable(text=f"the reply is about supplier {key[:20]}")
    if answer.rejected is None:
        return Unreadable(text="a reply without counts")
    return settled(answer, key, {"Supplier": key}, is_echo=True)
