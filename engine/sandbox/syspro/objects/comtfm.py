"""COMTFM: many fields of a custom form set at once (Transaction/Post; second tier).

Known are the parameters (Function, ValidateOnly N, ApplyIfEntireDocumentValid N) and that the root
of the reply stays in PascalCase (syspro.md §1.2, §3.7). Invented: the shape of an item, `Key` with
FormType and KeyField, `Fields` with an element per column of the form, and of the reply.
"""

from typing import Final

from engine.sandbox.syspro import custom_forms, invented
from engine.sandbox.syspro.calls import Call, write_faults
from engine.sandbox.syspro.elements import Element
from engine.sandbox.syspro.fields import Fields
from engine.sandbox.syspro.ledger import number, text
from engine.sandbox.syspro.refusals import Fault
from engine.sandbox.syspro.replies import Reply
from engine.sandbox.syspro.tables import Row, Value

ROOT: Final = "PostCustomForm"


def post(call: Call) -> str:
    """The fields of valid items hold their values; the reply tells each."""
    function = call.parameter("Function", "A")
    plans = [_planned(call, item, function) for item in call.items(ROOT, "Item")]
    invalid = sum(bool(faults) for _, _, faults in plans)
    is_stopped = call.parameter("ApplyIfEntireDocumentValid", "N") == "Y" and invalid
    if call.parameter("ValidateOnly", "N") != "Y" and not is_stopped:
        for key, values, faults in plans:
            if not faults:
                _store(call, key, values)
    reply = Reply(ROOT, "COMTFM")
    for position, (key, _, faults) in enumerate(plans, start=1):
        reply.open("Item")
        if not faults:
            reply.open("Key")
            reply.leaf("FormType", key[0])
            reply.leaf("KeyField", key[1])
            reply.close("Key")
        write_faults(reply, faults, "N")
        reply.leaf("ItemNumber", f"{position:06}")
        reply.close("Item")
    reply.open("StatusOfItems")
    reply.leaf("ItemsProcessed", f"{len(plans) - invalid:06}")
    reply.leaf("ItemsInvalid", f"{invalid:06}")
    reply.close("StatusOfItems")
    return reply.text()


def _planned(
    call: Call, item: Element, function: str
) -> tuple[tuple[str, str], list[tuple[Row, Value]], list[Fault]]:
    faults: list[Fault] = []
    key = Fields(item.path("Key"), faults, path=("Key",), shown="{Item}{Key}")
    form, shown = key.text("FormType", 6, is_needed=True), key.text("KeyField", 110)
    if function not in ("A", "U"):
        key.fault(invented.NOT_ALLOWED, "Function", function, function, "Function")
    stored = custom_forms.stored_key(call.ledger, form, shown)
    if not custom_forms.is_on_file(call.ledger, form, stored):
        key.fault(invented.FORM_KEY_NOT_FOUND, "KeyField", shown, shown, form)
    fields = Fields(item.path("Fields"), faults, path=("Fields",), shown="{Item}{Fields}")
    values: list[tuple[Row, Value]] = []
    for child in fields.element.children:
        control = custom_forms.control(call.ledger, form, child.name)
        if control is None:
            name = child.name.rpartition(":")[2]
            fields.fault(invented.FORM_FIELD_NOT_FOUND, name, "", name, form)
            continue
        values.append((control, _value(fields, control, child.name)))
    return (form, shown), values, faults


def _value(fields: Fields, control: Row, name: str) -> Value:
    length, decimals = int(number(control["FieldLength"])), int(number(control["FieldDecimals"]))
    match control["FieldType"]:
        case "N":
            return fields.number(name, max(length - decimals, 1), decimals)
        case "D":
            return fields.day(name)
        case _:
            return fields.text(name, length)


def _store(call: Call, key: tuple[str, str], values: list[tuple[Row, Value]]) -> None:
    stored = custom_forms.stored_key(call.ledger, *key)
    rows = [custom_forms.set_field(call.ledger, control, stored, v) for control, v in values]
    call.ledger.wrote(
        "setup",
        (key[0], stored, " ".join(text(row["FieldName"]) for row in rows)),
        business_object="COMTFM",
        action="A",
        operator=call.operator,
        rows={"AdmFormData": rows},
    )
