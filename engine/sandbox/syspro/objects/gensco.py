"""GENSCO: ledger codes added and changed (Setup/Add, Setup/Update; second tier).

Documented: `SetupGlCodes/Item/Key{Company,GlCode}`, Description, AccountType, and that the company
comes back as the char 4 of the table (syspro.md §3.7). Decisions (unverified): other elements set
the GenMaster column of their name; the account type is one letter of A L C R E S T.
"""

from typing import Final

from engine.sandbox.syspro import invented
from engine.sandbox.syspro.calls import Call, write_faults
from engine.sandbox.syspro.elements import Element
from engine.sandbox.syspro.fields import Fields
from engine.sandbox.syspro.refusals import Fault
from engine.sandbox.syspro.replies import Reply
from engine.sandbox.syspro.tables import Row

ROOT: Final = "SetupGlCodes"
_TEXTS: Final = {"Description": 50, "GlGroup": 10, "TaxCode": 3}
_FLAGS: Final = ("ControlAccFlag", "AccOnHldFlag", "AnalysisRequired")


def add(call: Call) -> str:
    """Accounts that are new and valid are on file; the reply tells each."""
    return _setup(call, is_new=True)


def update(call: Call) -> str:
    """Accounts on file have the values given."""
    return _setup(call, is_new=False)


def _setup(call: Call, *, is_new: bool) -> str:
    is_trial = call.parameter("ValidateOnly", "N") == "Y"
    reply = Reply(ROOT.lower(), "GENSCO")
    items, invalid = call.items(ROOT, "Item"), 0
    for item in items:
        faults: list[Fault] = []
        company, row = _planned(call, item, faults, is_new=is_new)
        if not faults and not is_trial:
            _store(call, row, is_new=is_new)
        invalid += bool(faults)
        reply.open("item")
        reply.open("key")
        reply.leaf("company", company.rjust(4, "0") if company.isdigit() else company)
        reply.leaf("glcode", item.value("Key", "GlCode"))
        reply.close("key")
        write_faults(reply, faults, "N", is_lower=True)
        reply.close("item")
    reply.open("StatusOfItems")
    reply.leaf("RecordsRead", str(len(items)))
    reply.leaf("RecordsInvalid", str(invalid))
    reply.close("StatusOfItems")
    return reply.text()


def _planned(call: Call, item: Element, faults: list[Fault], *, is_new: bool) -> tuple[str, Row]:
    key = Fields(item.path("Key"), faults, shown="{Item}{Key}")
    company = key.text("Company", 4) or call.ledger.company
    code = key.text("GlCode", 35, is_needed=True)
    stored = call.ledger.tables["GenMaster"].get((company, code))
    if is_new and stored is not None:
        key.fault(invented.LEDGER_ON_FILE, "GlCode", code)
    if not is_new and stored is None and code:
        key.fault(invented.LEDGER_NOT_FOUND, "GlCode", code)
    fields = Fields(item, faults)
    row: Row = {**(stored or {}), "Company": company, "GlCode": code}
    for name, length in _TEXTS.items():
        if fields.has(name):
            row[name] = fields.text(name, length)
    for name in _FLAGS:
        if fields.has(name):
            row[name] = fields.choice(name, "YN", "N")
    if fields.has("AccountType") or is_new:
        row["AccountType"] = fields.choice("AccountType", "ALCREST", "E")
    return company, row


def _store(call: Call, row: Row, *, is_new: bool) -> None:
    stored = call.ledger.tables["GenMaster"].put(row)
    call.ledger.wrote(
        "setup",
        call.ledger.tables["GenMaster"].shape.key_of(stored),
        business_object="GENSCO",
        action="Add" if is_new else "Update",
        operator=call.operator,
        rows={"GenMaster": [stored]},
    )
