"""GENQRY: the balances of one ledger account (Query/Query; second tier).

That it is the account query, and no generic one, is documented (syspro.md §3.7); its documents are
not: key and root follow GENQGL, the elements are GenMaster's columns (invented).
"""

from typing import Final

from engine.sandbox.syspro import invented
from engine.sandbox.syspro.calls import Call
from engine.sandbox.syspro.objects.comfnd import shown_cells
from engine.sandbox.syspro.refusals import Refused
from engine.sandbox.syspro.replies import Reply
from engine.sandbox.syspro.tables import SHAPES

_COLUMNS: Final = (
    "GlCode Description AccountType GlGroup PtdDrValue PtdCrValue CurrentBalance PrevPerEndBal "
    "ControlAccFlag AccOnHldFlag"
)


def query(call: Call) -> str:
    """The account's balances; raises `Refused` when it is not on file."""
    key = call.document.path("Key")
    code = key.value("LedgerCode") or key.value("GlCode")
    company = key.value("Company") or call.ledger.company
    row = call.ledger.tables["GenMaster"].get((company, code))
    if row is None:
        raise Refused(invented.KEY_NOT_FOUND.format(code, "GenMaster"))
    columns = [SHAPES["GenMaster"].columns[name] for name in _COLUMNS.split()]
    reply = Reply("GlQuery", "GENQRY")
    reply.open("LedgerDetails")
    reply.leaves(shown_cells(call.ledger, row, columns, no_date=""))
    reply.close("LedgerDetails")
    return reply.text()
