"""The companies of SYSPRO that a scenario posts into: what differs from one to the next. Pure.

All of it is invented. The second company's ledger codes bear a prefix, its warehouses other names,
its open periods are fewer: a mapping that ignores the company is found out.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A company of SYSPRO; `operator` is the engine's, who serves no other.

    `warehouses` are for finished goods, raw materials and maintenance; `open_periods` counts the
    current ledger period and those before it that take postings.
    """

    id: str
    name: str
    operator: str
    local_currency: str
    ledger_prefix: str
    warehouses: tuple[str, str, str]
    open_periods: int

    @property
    def test_id(self) -> str:
        """The id of the company that stands beside it for trying things out."""
        return f"TST{self.id[-1]}"

    def ledger_code(self, code: str) -> str:
        """The company's own form of a ledger code; "" stays ""."""
        return f"{self.ledger_prefix}{code}" if code else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalEntity:
    """The legal entity that a location belongs to (procurify.md §4.1, LocationView)."""

    id: int
    uuid: str
    name: str


COMPANIES = (
    Company(
        id="EDU1",
        name="Outdoor Education Company",
        operator="PROCSYNC",
        local_currency="USD",
        ledger_prefix="",
        warehouses=("FG", "RM", "MN"),
        open_periods=3,
    ),
    Company(
        id="EDU2",
        name="Outdoor Education Canada",
        operator="PROCSYN2",
        local_currency="CAD",
        ledger_prefix="CA-",
        warehouses=("TF", "TR", "TM"),
        open_periods=2,
    ),
)
"""Every company that a scenario may have, the first one always."""
FIRST_COMPANY = COMPANIES[0]
