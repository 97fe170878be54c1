"""COMFCH: one row by its key, every column as an element (Query/Fetch; recorded).

Numbers are right-justified to their precision, an empty date is `0000-00-00` (recorded). The key
parts after the first are OptionalKey1 and on. Decisions: without FullKeyProvided Y the first row of
the first key part is taken where the whole key has none; GenMaster's company may be left out. A
missing row is an `ERROR:` line (inferred).
"""

from engine.sandbox.syspro import invented
from engine.sandbox.syspro.calls import Call
from engine.sandbox.syspro.digits import is_digits
from engine.sandbox.syspro.keys import table_key
from engine.sandbox.syspro.objects.comfnd import shown_cells
from engine.sandbox.syspro.refusals import Refused
from engine.sandbox.syspro.replies import Reply
from engine.sandbox.syspro.tables import PRIVATE_TABLES, SHAPES


def fetch(call: Call) -> str:
    """The row with every column; raises `Refused` when table or row is not there."""
    document, ledger = call.document, call.ledger
    name = document.value("TableName")
    shape = SHAPES.get(name)
    if shape is None or name in PRIVATE_TABLES:
        raise Refused(invented.UNKNOWN_TABLE.format(name))
    given = [document.value("Key")]
    given += [document.value(f"OptionalKey{part}") for part in range(1, len(shape.keys))]
    if name == "GenMaster" and not given[1]:
        given = [ledger.company, given[0]]
    parts = [
        (value.lstrip("0") or "0") if shape.columns[key].kind == "d" and is_digits(value) else value
        for key, value in zip(shape.keys, given, strict=True)
    ]
    key = tuple(
        table_key(ledger, column, value) for column, value in zip(shape.keys, parts, strict=True)
    )
    row = ledger.tables[name].get(key)
    if row is None and (document.value("FullKeyProvided") or "N") == "N":
        row = next(iter(ledger.tables[name].where(shape.keys[0], key[0])), None)
    if row is None:
        raise Refused(invented.KEY_NOT_FOUND.format(" ".join(given).strip(), name))
    reply = Reply(name.replace("+", "_"), "COMFCH")
    reply.leaves(shown_cells(ledger, row, shape.columns.values(), no_date="0000-00-00"))
    return reply.text()
