"""Errors whose numbers and texts are invented: nobody outside SYSPRO has published the real ones.

The rules behind them are documented or inferred (named beside each); only the words are ours.
Numbers start at 990000 so that none can be taken for a real one. On a customer's site COMQER
gives the true texts (syspro.md §3.0). Pure.
"""

from typing import Final

from engine.sandbox.syspro.refusals import Known

FIRST_NUMBER: Final = 990000

# whole calls (syspro.md §2: exact texts unknown)
UNKNOWN_OPERATOR: Final = "Invalid operator"
UNKNOWN_COMPANY: Final = "Invalid company"
COMPANY_PASSWORD: Final = "Invalid company password"
ALREADY_LOGGED_IN: Final = "Operator '{0}' is already logged in"
NO_ENET_ACCESS: Final = "No access to Business Objects for operator '{0}'"
NO_SEAT: Final = "All {0} e.net licenses are in use"
CALL_UNDER_WAY: Final = "Another call of operator '{0}' is under way"
MISSING_PARAMETER: Final = "Parameter '{0}' was not supplied"
UNREADABLE: Final = "Unable to read the XML of '{0}': {1}"
WRONG_ROOT: Final = "XML root element '{0}' expected by business object '{1}'"
UNKNOWN_TABLE: Final = "Table '{0}' not found"
UNKNOWN_COLUMN: Final = "Column '{0}' not found on table '{1}'"
BAD_EXPRESSION: Final = "Where expression is invalid: {0}"
KEY_NOT_FOUND: Final = "Key '{0}' not found on table '{1}'"
NO_SUCH_BROWSE: Final = "Browse '{0}' not found"

# any document
TOO_LONG: Final = Known(number=990001, text="XML element '{1}' cannot exceed {2} characters")
NOT_ALLOWED: Final = Known(number=990002, text="XML element '{1}' has an invalid value '{0}'")
NEGATIVE: Final = Known(number=990004, text="XML element '{1}' must be greater than zero")
NO_ITEMS: Final = Known(number=990006, text="The document has no {0}")

# master files
SUPPLIER_NOT_FOUND: Final = Known(number=990101, text="Supplier '{0}' not found")
SUPPLIER_ON_HOLD: Final = Known(number=990102, text="Supplier '{0}' is on hold")
SUPPLIER_HOLD_WARNING: Final = Known(
    number=990102, text="Supplier '{0}' is on hold", is_warning=True
)
ORDERS_NOT_ALLOWED: Final = Known(
    number=990103, text="Purchase orders are not allowed for supplier '{0}'"
)
BRANCH_NOT_FOUND: Final = Known(number=990104, text="AP branch '{0}' not found")
TERMS_NOT_FOUND: Final = Known(number=990105, text="AP terms code '{0}' not found")
CURRENCY_NOT_FOUND: Final = Known(number=990106, text="Currency '{0}' not found")
BANK_NOT_FOUND: Final = Known(number=990107, text="Bank '{0}' not found")
TAX_NOT_FOUND: Final = Known(number=990108, text="Tax code '{0}' not found")
WAREHOUSE_NOT_FOUND: Final = Known(number=990109, text="Warehouse '{0}' not found")
SUPPLIER_IN_USE: Final = Known(
    number=990112, text="Supplier '{0}' has purchase orders or invoices and cannot be deleted"
)
KEY_FORM: Final = Known(number=990113, text="Key '{0}' is not valid for {1} keys")
CLASS_NEEDED: Final = Known(number=990114, text="Supplier class '{0}' not found")
FORM_FIELD_NOT_FOUND: Final = Known(
    number=990115, text="Field '{0}' not found on custom form '{1}'"
)
FORM_KEY_NOT_FOUND: Final = Known(number=990116, text="Key '{0}' not found for form '{1}'")
LEDGER_ON_FILE: Final = Known(number=990117, text="Ledger code '{0}' already on file")
BUYER_NOT_FOUND: Final = Known(number=990110, text="Buyer '{0}' not found")
UNIT_NOT_FOUND: Final = Known(
    number=990111, text="Unit of measure '{0}' not valid for stock code '{1}'"
)

# purchase orders: syspro.md §3.1; the ledger-code and product-class ones are warnings there
CLASS_NOT_FOUND: Final = Known(number=990201, text="Product class '{0}' not found", is_warning=True)
ORDER_LEDGER_NOT_FOUND: Final = Known(
    number=990202, text="Ledger code '{0}' not found", is_warning=True
)
ORDER_LEDGER_ON_HOLD: Final = Known(
    number=990203, text="Ledger code '{0}' is on hold", is_warning=True
)
ORDER_LEDGER_CONTROL: Final = Known(
    number=990204, text="Ledger code '{0}' is a control account", is_warning=True
)
CUSTOMER_NOT_FOUND: Final = Known(number=990228, text="Customer '{0}' not found", is_warning=True)
LINE_LINKED: Final = Known(
    number=990229, text="Line '{0}' is linked to a job, a sales order or EDI", is_warning=True
)
ZERO_CHARGE: Final = Known(number=990205, text="Charge value is zero", is_warning=True)
ZERO_PRICE: Final = Known(number=990206, text="Price cannot be zero")
NO_LINES: Final = Known(number=990207, text="Purchase order has no lines")
NUMBER_IS_AUTOMATIC: Final = Known(
    number=990208, text="Purchase order number '{0}' given but numbering is automatic"
)
ORDER_NOT_FOUND: Final = Known(number=990209, text="Purchase order '{0}' not found")
ORDER_CANCELLED: Final = Known(number=990210, text="Purchase order '{0}' is cancelled")
ORDER_COMPLETE: Final = Known(number=990211, text="Purchase order '{0}' is complete")
ORDER_RECEIVED: Final = Known(
    number=990212, text="Purchase order '{0}' has received lines and cannot be cancelled"
)
SUPPLIER_FIXED: Final = Known(
    number=990213, text="Supplier of purchase order '{1}' cannot be changed to '{0}'"
)
LINE_NOT_FOUND: Final = Known(number=990214, text="Line '{0}' not found on purchase order '{1}'")
LINE_RECEIVED: Final = Known(number=990215, text="Line '{0}' has receipts and cannot be deleted")
LINE_COMPLETE: Final = Known(number=990216, text="Line '{0}' is complete")
STOCK_FIXED: Final = Known(number=990218, text="Stock code of a line cannot be changed to '{0}'")
BELOW_RECEIVED: Final = Known(
    number=990217, text="Order quantity '{0}' is less than the quantity received '{1}'"
)

STATUS_NOT_ALLOWED: Final = Known(number=990219, text="Order status '{0}' cannot be set")
BLANKET_EXISTS: Final = Known(
    number=990220, text="A blanket purchase order exists for stock code '{0}'"
)
DELIVERY_CODE_NOT_FOUND: Final = Known(
    number=990221, text="Delivery address code '{0}' not found", is_warning=True
)
WORK_ORDER_NOT_FOUND: Final = Known(number=990222, text="Job '{0}' not found", is_warning=True)
SUPERSEDED: Final = Known(number=990223, text="Stock code '{0}' is superseded", is_warning=True)
PURCHASE_ON_HOLD: Final = Known(number=990224, text="Stock code '{0}' is on hold for purchasing")
WAREHOUSE_FIXED: Final = Known(
    number=990225, text="Warehouse '{0}' differs from the order's warehouse '{1}'"
)
NOT_TAXABLE: Final = Known(number=990226, text="The order is exempt from tax")
BUYER_NEEDED: Final = Known(number=990227, text="A buyer must be supplied")

# receipts: syspro.md §3.3
NOT_PRINTED: Final = Known(
    number=990401, text="Purchase order '{0}' has not been printed", is_warning=True
)
OVER_RECEIPT: Final = Known(
    number=990402, text="Quantity '{0}' exceeds the quantity outstanding '{1}'", is_warning=True
)
NO_GRN_MATCHING: Final = Known(number=990403, text="Supplier '{0}' is not set for GRN matching")
GRN_ON_FILE: Final = Known(number=990404, text="GRN '{0}' already on file")
NOT_IN_INSPECTION: Final = Known(number=990405, text="GRN '{0}' is not in inspection")
NO_RECEIPT: Final = Known(number=990406, text="The item has no receipt")

# any row
LOCKED: Final = Known(number=990901, text="Key '{0}' on '{1}' is in use by another operator")

# AP invoices: syspro.md §3.4
INVOICE_ON_FILE: Final = Known(
    number=990301, text="Invoice '{0}' already on file for supplier '{1}'"
)
LEDGER_NOT_FOUND: Final = Known(number=990303, text="Ledger code '{0}' not found")
LEDGER_ON_HOLD: Final = Known(number=990304, text="Ledger code '{0}' is on hold")
LEDGER_CONTROL: Final = Known(number=990305, text="Ledger code '{0}' is a control account")
GRN_REQUIRED: Final = Known(number=990306, text="GRN matching is required for supplier '{0}'")
GRN_NOT_FOUND: Final = Known(number=990307, text="GRN '{0}' not found for supplier '{1}'")
GRN_MATCHED: Final = Known(number=990308, text="GRN '{0}' is already matched")
GRN_TOO_MUCH: Final = Known(
    number=990309, text="Match quantity '{0}' exceeds the quantity outstanding '{1}'"
)
UNDISTRIBUTED: Final = Known(
    number=990310, text="Distribution '{1}' does not equal the transaction value '{0}'"
)
PERIOD_CLOSED: Final = Known(number=990311, text="Period {1} is closed for posting")
ZERO_INVOICE: Final = Known(number=990312, text="Transaction value cannot be zero")
NEGATIVE_INVOICE: Final = Known(number=990313, text="Invoice value '{0}' cannot be negative")
NO_INVOICE: Final = Known(number=990314, text="Invoice '{0}' not found for supplier '{1}'")
ZERO_ADJUSTMENT: Final = Known(number=990315, text="Adjustment value cannot be zero")
FIXED_RATE: Final = Known(
    number=990316, text="Exchange rate '{0}' must equal the fixed rate '{1}' of currency '{2}'"
)
CODE_NOT_POSTED: Final = Known(
    number=990317, text="Transaction code '{0}' cannot be posted by this business object"
)
OVER_INVOICE: Final = Known(
    number=990318, text="Credit '{0}' exceeds the balance '{1}' of the invoice", is_warning=True
)
