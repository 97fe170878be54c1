"""Is a supplier in SYSPRO as we wished? By its code, which is the key (reliability.md §4.3)."""

from collections.abc import Mapping, Sequence

from engine.core.commands import SupplierAdd, SupplierChange
from engine.core.protocol import Sighting
from engine.syspro.books import Books
from engine.syspro.evidence.cells import unlike
from engine.syspro.objects.apsssp import changed_fields

_SUPPLIER = ("Supplier", "SupplierName", "Currency")
_MAIN = (
    "Supplier",
    "SupplierName",
    "SupShortName",
    "Telephone",
    "Contact",
    "TermsCode",
    "TaxRegnNum",
    "OnHold",
    "PurchOrdAllowed",
    "Email",
)
_ADDRESS = ("Supplier", "SupAddr1", "SupAddr2", "SupAddr3", "SupAddr4", "SupAddr5", "SupPostalCode")


async def added_suppliers(books: Books, payload: SupplierAdd) -> Sequence[Sighting]:
    """The supplier under the code that we gave."""
    rows = await books.rows_under("ApSupplier", _SUPPLIER, "Supplier", payload.supplier)
    return [
        Sighting(
            syspro_key=payload.supplier,
            is_ours=True,
            is_equal=row["SupplierName"] == payload.name and row["Currency"] == payload.currency,
        )
        for row in rows
    ]


async def changed_suppliers(books: Books, payload: SupplierChange) -> Sequence[Sighting]:
    """The supplier once it reads as wished, nothing before: an Update may be sent again."""
    if await supplier_differences(books, payload):
        return []
    return [Sighting(syspro_key=payload.supplier, is_ours=True, is_equal=True)]


async def supplier_differences(books: Books, payload: SupplierChange) -> Sequence[str]:
    """One sentence for each field of ours that SYSPRO holds otherwise."""
    row = await _row(books, payload.supplier)
    if not row:
        return ["it is not there"]
    return [
        f"{column} is {row.get(column, '')!r}"
        for column, text in changed_fields(payload).items()
        if text.strip() != row.get(column, "")
    ]


async def supplier_hindrances(books: Books, payload: SupplierChange) -> Sequence[str]:
    """Why the supplier must not be changed now: it is gone, or not what the plan saw."""
    row = await _row(books, payload.supplier)
    if not row:
        return [f"supplier {payload.supplier} is not there"]
    return unlike(payload.seen, row, "supplier")


async def _row(books: Books, supplier: str) -> Mapping[str, str]:
    """The supplier's cells of both tables; empty where there is no such supplier."""
    main = await books.rows_under("ApSupplier", _MAIN, "Supplier", supplier)
    if not main:
        return {}
    address = await books.rows_under("ApSupplierAddr", _ADDRESS, "Supplier", supplier)
    return {**dict.fromkeys(_ADDRESS, ""), **(address[0] if address else {}), **main[0]}
