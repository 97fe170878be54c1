"""COPY: rows into a table, in its columns' names."""

from collections.abc import Sequence
from typing import Final

from engine.errors import Misconfigured
from engine.proof.simulation.store import tables
from engine.proof.simulation.store.server import Deed
from engine.proof.simulation.store.tables import Table
from engine.proof.simulation.store.view import Answer, View, said, touched

TABLES: Final[dict[str, Table[object]]] = {
    table.name: table for table in vars(tables).values() if isinstance(table, Table)
}


def copied(name: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Deed:
    """What a COPY of these rows means."""

    def deed(view: View) -> Answer:
        table = TABLES.get(name)
        if table is None or (table.is_temporary and name not in view.transaction.temporary):
            raise Misconfigured(said(f'UndefinedTableError: relation "{name}" does not exist'))
        for row in rows:
            view.insert(table, table.row(**dict(zip(columns, row, strict=True))))
        return touched(len(rows))

    return deed
