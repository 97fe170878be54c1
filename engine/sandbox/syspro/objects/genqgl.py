"""GENQGL: a ledger code looked up with its attributes (Query/Query; syspro.md §3.7).

Children are those of the reply schema. An unknown code is an `ERROR:` line (decision, as COMFCH);
an empty company means the session's. Decision (unverified): with ValidateFlags Y, the default, an
account on hold is refused too; a control account is not, its flag is in the reply; structure,
security and business processes are not kept here.
"""

from typing import Final

from engine.sandbox.syspro import invented
from engine.sandbox.syspro.calls import Call
from engine.sandbox.syspro.ledger import text
from engine.sandbox.syspro.refusals import Refused
from engine.sandbox.syspro.replies import Reply

_COLUMNS: Final = (
    "Description",
    "AccountType",
    "GlGroup",
    "ExpenseType",
    "ControlAccFlag",
    "AltCurIndicator",
    "BudgetMethod",
    "TaxCode",
    "IntegrationMethod",
    "Tax2Code",
    "RevalCategory",
    "GlUnitOfMeasure",
)


def query(call: Call) -> str:
    """The account's attributes; raises `Refused` when it is not on file."""
    code = call.document.value("Key", "LedgerCode")
    company = call.document.value("Key", "Company") or call.ledger.company
    row = call.ledger.tables["GenMaster"].get((company, code))
    if row is None:
        raise Refused(invented.KEY_NOT_FOUND.format(code, "GenMaster"))
    if (call.document.value("Key", "ValidateFlags") or "Y") == "Y" and row["AccOnHldFlag"] == "Y":
        raise Refused(invented.LEDGER_ON_HOLD.text.format(code))
    reply = Reply("GLStructureQuery", "GENQGL")
    reply.open("LedgerDetails")
    reply.leaf("LedgerCode", code)
    reply.leaves((name, text(row[name])) for name in _COLUMNS)
    reply.leaf("ProcessTypes")
    reply.leaf("AccountPassword")
    reply.close("LedgerDetails")
    return reply.text()
