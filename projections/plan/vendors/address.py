"""The address of a supplier: as its vendor says it, and as SYSPRO was last read. Pure."""

from dataclasses import dataclass

from projections.facts import Facts, number_of
from projections.plan.company import Company
from projections.plan.outcomes import hold
from projections.plan.texts import encodable, pieces
from projections.supplier_rows import ADDRESS_COLUMNS, POSTAL_COLUMN, address_fact
from projections.syspro_rows import cell

WIDTH, LINES = 40, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenAddress:
    """What SYSPRO shows; `lines` without the empty ones, `cells` by column. `position`: since when.

    Without a row nothing is shown, which is what a supplier without an address has.
    """

    lines: tuple[str, ...]
    postal_code: str
    cells: dict[str, str]
    position: int


def address_lines(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The parts of an address as SYSPRO's lines take them; held where there is no room."""
    cleaned = [encodable("address", part) for part in parts]
    lines = tuple(line for part in cleaned for line in pieces(part, WIDTH))
    if len(lines) > LINES:
        hold("FIELD_TOO_LONG", f"address: {len(lines)} lines of {WIDTH}, SYSPRO has {LINES}")
    return lines


def seen_address(facts: Facts, company: Company, code: str) -> SeenAddress | None:
    """The supplier's address in SYSPRO; None while the addresses were never read."""
    if facts.get(f"snapshot:{company.name}/supplier_address") is None:
        return None
    row = facts.get(address_fact(company.name, code))
    cells = {column: cell(row, column) for column in (*ADDRESS_COLUMNS, POSTAL_COLUMN)}
    return SeenAddress(
        lines=tuple(line for column in ADDRESS_COLUMNS if (line := cells[column])),
        postal_code=cells[POSTAL_COLUMN],
        cells=cells,
        position=number_of(row, "position"),
    )
