"""COMSFM: one field of a custom form set (Setup/Add, Setup/Update).

Request, reply and its lower case are recorded (syspro.md §3.7): `setupcustomform/item/key` with
formtype, keyfield, fieldname, then RecordsRead and RecordsInvalid. ValidateOnly defaults to Y (the
schema), so nothing is kept unless N is sent. Decisions (unverified): the field must be on the form,
the document on file; Add and Update do the same.
"""

from datetime import date
from decimal import Decimal
from typing import Final

from engine.sandbox.syspro import custom_forms, invented
from engine.sandbox.syspro.calls import Call, write_faults
from engine.sandbox.syspro.elements import Element
from engine.sandbox.syspro.fields import Fields
from engine.sandbox.syspro.ledger import number, text
from engine.sandbox.syspro.refusals import Fault
from engine.sandbox.syspro.replies import Reply
from engine.sandbox.syspro.tables import Row

ROOT: Final = "SetupCustomForm"


def setup(call: Call) -> str:
    """Each valid item's field holds its value (unless ValidateOnly); the reply tells each."""
    is_trial = call.parameter("ValidateOnly", "Y") != "N"
    reply = Reply(ROOT.lower(), "COMSFM")
    items, invalid = call.items(ROOT, "Item"), 0
    for item in items:
        faults: list[Fault] = []
        key = Fields(item.path("Key"), faults, shown="{Item}{Key}")
        form, shown = key.text("FormType", 6, is_needed=True), key.text("KeyField", 110)
        name = key.text("FieldName", 18, is_needed=True)
        field = custom_forms.control(call.ledger, form, name)
        stored = custom_forms.stored_key(call.ledger, form, shown)
        if field is None and form and name:
            key.fault(invented.FORM_FIELD_NOT_FOUND, "FieldName", name, name, form)
        elif not custom_forms.is_on_file(call.ledger, form, stored):
            key.fault(invented.FORM_KEY_NOT_FOUND, "KeyField", shown, shown, form)
        value = _value(Fields(item, faults), field) if field is not None else None
        if field is not None and not faults and not is_trial:
            _store(call, field, stored, value)
        invalid += bool(faults)
        _write(reply, item, faults)
    reply.open("StatusOfItems")
    reply.leaf("RecordsRead", str(len(items)))
    reply.leaf("RecordsInvalid", str(invalid))
    reply.close("StatusOfItems")
    return reply.text()


def _value(fields: Fields, field: Row) -> str | Decimal | date | None:
    length = int(number(field["FieldLength"]))
    match field["FieldType"]:
        case "N":
            decimals = int(number(field["FieldDecimals"]))
            return fields.number("NumericValue", max(length - decimals, 1), decimals) or Decimal(0)
        case "D":
            return fields.day("DateValue")
        case _:
            return fields.text("AlphaValue", length)


def _store(call: Call, field: Row, key: str, value: str | Decimal | date | None) -> None:
    row = custom_forms.set_field(call.ledger, field, key, value)
    call.ledger.wrote(
        "setup",
        (text(row["FormType"]), key, text(row["FieldName"])),
        business_object=call.business_object,
        action="Set",
        operator=call.operator,
        rows={"AdmFormData": [row]},
    )


def _write(reply: Reply, item: Element, faults: list[Fault]) -> None:
    reply.open("item")
    reply.open("key")
    for name in ("FormType", "KeyField", "FieldName"):
        reply.leaf(name.lower(), item.value("Key", name))
    reply.close("key")
    write_faults(reply, faults, "N", is_lower=True)
    reply.close("item")
