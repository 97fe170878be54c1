"""Custom forms: what fields a form has and what a key holds in them.

AdmFormControl names the fields, AdmFormData holds the values, and where a field names a table and
column (`PorMasterHdr+`, the custom-form tables of syspro.md §3.7, §4) the value stands there too.
Form type POR is that of purchase orders (recorded); the keys of other forms are kept as given.
Pure but for the ledger.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from engine.sandbox.syspro.keys import table_key
from engine.sandbox.syspro.ledger import Ledger, number, text
from engine.sandbox.syspro.replies import Reply
from engine.sandbox.syspro.tables import Row, Value

ORDER_FORM: Final = "POR"
MASTER_OF: Final = {ORDER_FORM: ("PorMasterHdr", "PurchaseOrder")}


def controls(ledger: Ledger, form: str) -> list[Row]:
    """The fields of a form, in their sequence."""
    return ledger.tables["AdmFormControl"].where("FormType", form)


def control(ledger: Ledger, form: str, name: str) -> Row | None:
    """One field of a form by field name or by column name."""
    for row in controls(ledger, form):
        if name in (row["FieldName"], row["ColumnName"]):
            return row
    return None


def stored_key(ledger: Ledger, form: str, given: str) -> str:
    """The key of the form's document as the tables hold it."""
    master = MASTER_OF.get(form)
    return given if master is None else table_key(ledger, master[1], given)


def is_on_file(ledger: Ledger, form: str, key: str) -> bool:
    """Whether the form's document exists; forms of tables that are not here always do."""
    master = MASTER_OF.get(form)
    return master is None or (key,) in ledger.tables[master[0]]


def set_field(ledger: Ledger, field: Row, key: str, value: str | Decimal | date | None) -> Row:
    """The field of the key holds the value."""
    row: Row = {
        "FormType": field["FormType"],
        "KeyField": key,
        "FieldName": field["FieldName"],
        "AlphaValue": value if isinstance(value, str) else "",
        "NumericValue": value if isinstance(value, Decimal) else Decimal(0),
        "DateValue": value if isinstance(value, date) else None,
    }
    table = ledger.tables.get(text(field["TableName"]))
    column = text(field["ColumnName"])
    if table is not None and column in table.shape.columns and len(table.shape.keys) == 1:
        before = table.get((key,), {table.shape.keys[0]: key})
        table.put({**before, column: value})
    return ledger.tables["AdmFormData"].put(row)


def write_form(reply: Reply, ledger: Ledger, form: str, key: str) -> None:
    """The CustomForm block of a query reply (recorded in PORQRY); none for a form without fields.

    What AllowNull, ValidationType and ValueNull mean beyond the recorded values is inferred.
    """
    fields = controls(ledger, form)
    if not fields:
        return
    reply.open("CustomForm")
    for field in fields:
        reply.open("Field")
        reply.leaves(_described(ledger, field, key))
        reply.close("Field")
    reply.close("CustomForm")


def _described(ledger: Ledger, field: Row, key: str) -> Iterator[tuple[str, str]]:
    name = text(field["FieldName"])
    default = text(field["DefaultValue"])
    found = ledger.tables["AdmFormData"].get((text(field["FormType"]), key, name))
    shown = "" if found is None else shown_value(field, found)
    yield "Sequence", f"{number(field['SequenceNumber']):.0f}"
    yield "Name", name
    yield "Prompt", text(field["FieldDescription"])
    yield "Column", text(field["ColumnName"])
    yield "Type", text(field["FieldType"])
    yield "Length", f"{number(field['FieldLength']):.0f}"
    yield "Decimals", f"{number(field['FieldDecimals']):.0f}"
    yield "Default", default or "{Spaces}"
    yield "AllowNull", "Y" if field["AllowNull"] == 1 else "N"
    yield "ValidationType", "1"
    yield "Value", shown
    yield "ValueNull", "N"


def shown_value(field: Row, found: Row) -> str:
    """The value of a field as text: A alphanumeric, N numeric, D date."""
    value: Value
    match field["FieldType"]:
        case "N":
            value = found["NumericValue"]
            decimals = int(number(field["FieldDecimals"]))
            return f"{number(value):.{decimals}f}"
        case "D":
            value = found["DateValue"]
            return "" if value is None else str(value)
        case _:
            return text(found["AlphaValue"])
