"""What the lines of one purchase order in PORTOI share: ledger, header, parameters. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.sandbox.syspro.ledger import Ledger, number, text
from engine.sandbox.syspro.tables import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The parameters of PORTOI that rule its lines."""

    non_stocked: str
    allows_zero_price: bool
    allows_blank_ledger: bool
    allows_blanket: bool
    has_lead_time: bool
    working_day: Callable[[date], date]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderInHand:
    """An order being added or changed: its header as it will be, its lines as they are."""

    ledger: Ledger
    header: Row
    options: Options
    stored: Sequence[Row]

    def local(self, value: Decimal) -> Decimal:
        """A value of the order's currency in local currency, at the order's rate, unrounded."""
        rate = number(self.header["ExchangeRate"])
        return self.ledger.local_value(text(self.header["Currency"]), value, rate)
