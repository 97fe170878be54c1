"""APSTRI, an invoice registered for approval by Transaction/Post (syspro.md §3.5).

(Supplier, Invoice) is unique over invoices and registered invoices, so a repeat is refused
(command class U). K stands in Reference. There is no ValidateOnly, and the reply counts no items.
Widths of person, buyer, department (20) and narration (100) are unverified. Pure.
"""

from engine.core.commands import InvoiceRegister
from engine.errors import Malformed
from engine.syspro import xml
from engine.syspro.objects.answers import (
    PostReply,
    Unreadable,
    about_one,
    same_key,
    settled,
)
from engine.syspro.objects.apstin import discounted, exchanged, invoice_key
from engine.syspro.objects.fields import (
    XmlIn,
    amount,
    day,
    optional,
    parameters,
    present,
    required,
)

ROOT = "PostApRegisterInvoice"
MAX_ORDERS = 20


def render(payload: InvoiceRegister, *, local_currency: str) -> XmlIn:
    """The call that registers the invoice; raises `Malformed` for what does not fit."""
    if payload.value <= 0:
        raise Malformed("InvoiceValue must be above zero")
    if len(payload.purchase_orders) > MAX_ORDERS:
        raise Malformed(f"Orders takes {MAX_ORDERS} orders, not {len(payload.purchase_orders)}")
    discount = payload.discount
    orders = [required("PurchaseOrder", order, 20) for order in payload.purchase_orders]
    fields = present(
        required("Supplier", payload.supplier, 15),
        optional("Branch", payload.branch, 10),
        required("Invoice", payload.invoice, 20),
        amount("InvoiceValue", payload.value),
        *discounted(discount),
        required("Reference", payload.external_key, 30),
        day("InvoiceDate", payload.invoice_on),
        day("DueDate", payload.due_on),
        day("DiscountDate", discount.on) if discount is not None else None,
        exchanged(payload, local_currency),
        optional("AuthorisingPerson", payload.authorising_person, 20),
        optional("Buyer", payload.buyer, 20),
        optional("Department", payload.department, 20),
        optional("Narration", payload.narration, 100),
        ("Orders", orders) if orders else None,
    )
    values = [("IgnoreWarnings", "N"), ("DefaultDiscountDate", ""), ("DefaultDueDate", "")]
    return XmlIn(
        business_object="APSTRI",
        operation="post",
        parameters=parameters(ROOT, values),
        document=xml.build(ROOT, [("Item", fields)]),
    )


def read(payload: InvoiceRegister, text: str) -> PostReply:
    """What the reply says about our registration; supplier and invoice echoed must be ours."""
    taken = about_one(text, ROOT, "item", "one registration")
    if isinstance(taken, Unreadable):
        return taken
    answer, item = taken
    key = item.find("key")
    if key is None:
        return settled(answer, "", {}, is_echo=False)
    supplier, invoice = key.text_at("supplier"), key.text_at("invoice")
    if not same_key(supplier, payload.supplier) or not same_key(invoice, payload.invoice):
        return Unreadable(text=f"the reply is about invoice {supplier[:20]}/{invoice[:20]}")
    keys = {name: key.text_at(name) for name in ("TransactionType", "EntryNumber")}
    return settled(
        answer,
        invoice_key(payload),
        {"Supplier": supplier, "Invoice": invoice, **keys},
        is_echo=True,
    )
