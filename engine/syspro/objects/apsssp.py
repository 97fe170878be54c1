"""APSSSP, the supplier: Setup/Add of one supplier under a code that we give (syspro.md §3.6).

The code is the key, so a repeat is refused by SYSPRO itself (command class U). Both flags that
rule later postings, GRN matching and purchase orders, are always sent: SYSPRO's default Y for
matching would block bills that are distributed from their allocations. Pure.
"""

from engine.core.commands import SupplierAdd
from engine.errors import Malformed
from engine.syspro import xml
from engine.syspro.objects.answers import (
    PostReply,
    Unreadable,
    same_key,
    settled,
    take_apart,
    unreadable,
)
from engine.syspro.objects.fields import XmlIn, flag, optional, parameters, present, required

ROOT = "SetupApSupplier"
ADDRESS_LINES = 5


def render(payload: SupplierAdd) -> XmlIn:
    """The call that adds the supplier; raises `Malformed` for what does not fit."""
    if len(payload.address) > ADDRESS_LINES:
        raise Malformed(f"SupAddr takes {ADDRESS_LINES} lines, not {len(payload.address)}")
    fields = present(
        ("Key", [required("Supplier", payload.supplier, 15)]),
        required("SupplierName", payload.name, 50),
        optional("SupShortName", payload.short_name, 20),
        optional("Telephone", payload.telephone, 20),
        optional("Contact", payload.contact, 50),
        required("Branch", payload.branch, 10),
        required("TermsCode", payload.terms_code, 2),
        optional("Bank", payload.bank, 15),
        required("Currency", payload.currency, 3),
        *(
            optional(f"SupAddr{place}", line, 40)
            for place, line in enumerate(payload.address, start=1)
        ),
        optional("SupPostalCode", payload.postal_code, 10),
        optional("TaxRegnNum", payload.tax_registration, 20),
        flag("OnHold", False),
        flag("PurchOrdAllowed", payload.is_order_allowed),
        flag("GrnMatchReqd", payload.is_grn_match_required),
        optional("Email", payload.email, 255),
    )
    return XmlIn(
        business_object="APSSSP",
        operation="setup_add",
        parameters=parameters(
            ROOT,
            [("IgnoreWarnings", "N"), ("ApplyIfEntireDocumentValid", "Y"), ("ValidateOnly", "N")],
        ),
        document=xml.build(ROOT, [("Item", fields)]),
    )


def read(payload: SupplierAdd, text: str) -> PostReply:
    """What the reply says about our supplier; the key echoed must be ours."""
    try:
        answer = take_apart(text)
    except Malformed as error:
        return unreadable(error)
    items = answer.root.find_all("item")
    if answer.root.tag != ROOT.lower() or len(items) > 1:
        return Unreadable(text=f"not a reply about one supplier: {answer.root.name[:40]}")
    key = items[0].text_at("key/supplier") if items else ""
    if key and not same_key(key, payload.supplier):
        return Unreadable(text=f"the reply is about supplier {key[:20]}")
    if answer.rejected is None:
        return Unreadable(text="a reply without counts")
    return settled(answer, key, {"Supplier": key}, is_echo=True)
