"""What is read from SYSPRO: tables, columns, keys, and how the walk goes. Pure.

Snapshots are read whole each time; windows by a date with 45 days' overlap and whole once a day.
Columns that move with every posting (balances, counters, time stamps) are left out, because a row
is new only when its digest is. Columns: syspro.md §4, `TblApTerms` and the period columns
unverified.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from engine.core.keys import comparable_key
from engine.syspro.objects.comfnd import Row

OVERLAP_DAYS = 45
FIRST_WINDOW_DAYS = 400
SLICE_DAYS = 47


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One table that is polled. `date_column` None: a snapshot. `scope`: the company's column."""

    name: str
    kind: str
    event: str
    table: str
    keys: Sequence[str]
    columns: Sequence[str]
    date_column: str | None = None
    scope: str | None = None

    def key_of(self, row: Row) -> str:
        """The row's key in comparable form, parts joined by `|`; the scope is no part of it."""
        return "|".join(comparable_key(row[column]) for column in self.keys)

    def raw_key_of(self, row: Row) -> str:
        """The row's key as read: tells rows apart whose comparable keys are one."""
        return "|".join(row[column] for column in self.keys)

    def by_key(self, rows: Sequence[Row], known: Container[str]) -> Mapping[str, Row]:
        """The rows by key, each under the same key in every walk.

        Of rows whose comparable keys are one (invoices `007` and `7`) the one that reads so keeps
        it; the others go by their key as read. `known`: keys that the log holds.
        """
        raw_keys = {self.raw_key_of(row) for row in rows}
        found: dict[str, Row] = {}
        for row in rows:
            key, raw_key = self.key_of(row), self.raw_key_of(row)
            if key != raw_key and (key in found or key in raw_keys or raw_key in known):
                key = raw_key
            found[key] = row
        return found


def _words(text: str) -> Sequence[str]:
    return tuple(text.split())


_PERIODS = " ".join(
    f"{year}Prd{what}{number}"
    for year in ("CurYr", "PrvYr")
    for what in ("Stat", "End")
    for number in range(1, 16)
)

SNAPSHOTS: Sequence[Resource] = (
    Resource(
        name="periods",
        kind="periods",
        event="SysproPeriods",
        table="GenControl",
        keys=("Company",),
        columns=_words(f"Company GlYear GlPeriod {_PERIODS}"),
        scope="Company",
    ),
    Resource(
        name="currencies",
        kind="currency",
        event="SysproCurrency",
        table="TblCurrency",
        keys=("Currency",),
        columns=_words("Currency Description BuyExchangeRate BuyMulDiv FixedRate"),
    ),
    Resource(
        name="tax_codes",
        kind="tax_code",
        event="SysproTaxCode",
        table="AdmTax",
        keys=("TaxCode",),
        columns=_words("TaxCode Description CurTaxRate TaxBasis TaxIncExcl ApTaxGlCode"),
    ),
    Resource(
        name="terms",
        kind="terms",
        event="SysproTerms",
        table="TblApTerms",
        keys=("TermsCode",),
        columns=_words("TermsCode Description"),
    ),
    Resource(
        name="warehouses",
        kind="warehouse",
        event="SysproWarehouse",
        table="InvWhControl",
        keys=("Warehouse",),
        columns=_words("Warehouse Description Branch PoPrefix NonStockedGl UseMultipleBins"),
    ),
    Resource(
        name="ledger_codes",
        kind="ledger_code",
        event="SysproLedgerCode",
        table="GenMaster",
        keys=("GlCode",),
        columns=_words(
            "Company GlCode Description AccountType GlGroup ControlAccFlag AccOnHldFlag TaxCode "
            "AnalysisRequired"
        ),
        scope="Company",
    ),
    Resource(
        name="stock_codes",
        kind="stock_code",
        event="SysproStockCode",
        table="InvMaster",
        keys=("StockCode",),
        columns=_words(
            "StockCode Description StockUom AlternateUom OtherUom ProductClass TaxCode Supplier "
            "WarehouseToUse StockOnHold PurchOnHold Decimals SerialMethod TraceableType "
            "InspectionFlag"
        ),
    ),
    Resource(
        name="suppliers",
        kind="supplier",
        event="SysproSupplier",
        table="ApSupplier",
        keys=("Supplier",),
        columns=_words(
            "Supplier SupplierName SupShortName SupplierClass Branch Bank Currency TermsCode "
            "TaxRegnNum MerchGlCode OnHold PurchOrdAllowed GrnMatchReqd Email Telephone Contact"
        ),
    ),
    Resource(
        name="supplier_addresses",
        kind="supplier_address",
        event="SysproSupplierAddress",
        table="ApSupplierAddr",
        keys=("Supplier",),
        columns=_words("Supplier SupAddr1 SupAddr2 SupAddr3 SupAddr4 SupAddr5 SupPostalCode"),
    ),
)
"""In the order of first reading: small tables first, so that planning waits least."""

ORDER_LINES = "PorMasterDetail"
ORDER_LINE_COLUMNS = _words(
    "PurchaseOrder Line LineType MStockCode MStockDes MWarehouse MOrderUom MOrderQty MReceivedQty "
    "MPrice MForeignPrice MPriceUom MTaxCode MProductClass MCompleteFlag MGlCode MSupCatalogue "
    "MLatestDueDate NComment NMscChargeValue NMscChargeFor"
)

PURCHASE_ORDERS = Resource(
    name="purchase_orders",
    kind="purchase_order",
    event="SysproPurchaseOrder",
    table="PorMasterHdr",
    keys=("PurchaseOrder",),
    columns=_words(
        "PurchaseOrder OrderStatus ActiveFlag CancelledFlag Supplier OrderEntryDate OrderDueDate "
        "CustomerPoNumber Currency ExchangeRate TaxStatus TermsCode Warehouse Buyer "
        "DatePoCompleted"
    ),
    date_column="OrderEntryDate",
)

WINDOWS: Sequence[Resource] = (
    PURCHASE_ORDERS,
    Resource(
        name="grns",
        kind="grn",
        event="SysproGrn",
        table="GrnDetails",
        keys=("Supplier", "Grn", "GrnSource", "Journal", "JournalEntry"),
        columns=_words(
            "Supplier Grn GrnSource Journal JournalEntry OrigReceiptDate PurchaseOrder "
            "PurchaseOrderLin StockCode SupCatalogueNum Warehouse QtyReceived QtyUom OrigGrnValue "
            "CurGrnValue MatchedValue GrnMatchedFlag DeliveryNote DebitRecGlCode CurrencyValue "
            "PostCurrency MTaxCode"
        ),
        date_column="OrigReceiptDate",
    ),
    Resource(
        name="invoices",
        kind="invoice",
        event="SysproInvoice",
        table="ApInvoice",
        keys=("Supplier", "Invoice"),
        columns=_words(
            "Supplier Invoice Reference InvoiceDate DueDate OrigInvValue MthInvBal1 MthInvBal2 "
            "MthInvBal3 InvoiceStatus Currency ExchangeRate Journal InvoiceYear InvoiceMonth "
            "EntryNumber FirstTaxCode PostCurrency"
        ),
        date_column="InvoiceDate",
    ),
    Resource(
        name="postings",
        kind="posting",
        event="SysproPosting",
        table="ApInvoicePay",
        keys=("Supplier", "Invoice", "EntryNumber"),
        columns=_words(
            "Supplier Invoice EntryNumber TrnType JournalDate Journal PaymentReference TrnValue "
            "TrnYear TrnMonth PostValue PostCurrency"
        ),
        date_column="JournalDate",
    ),
)
RESOURCES: Mapping[str, Resource] = {resource.name: resource for resource in (*SNAPSHOTS, *WINDOWS)}
