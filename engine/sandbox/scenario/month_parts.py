"""Who plays what in a month: which documents of the beginning something happens to. Pure.

Each pool of documents is dealt out by its pattern, over and over, in an order that the seed
shuffles; what stands first in a pattern happens in small scenarios too. To add a part: give it a
name, a place in a pattern or a count among the arrivals, its cause in `HELD` if it ends held, and
its scene in `month_plot`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from random import Random
from typing import Final

from engine.sandbox.scenario.bills import FIRST_BILL
from engine.sandbox.scenario.orders import FIRST_ORDER
from engine.sandbox.scenario.scenario import Scenario


class Part(StrEnum):
    """What may happen to a document."""

    MORE = "more is ordered"
    LESS = "less is ordered"
    PRICE = "another price"
    ADDED = "a line more"
    REMOVED = "a line less"
    WORDS = "another comment and due date"
    TWICE = "revised twice, then billed"
    CANCELLED = "cancelled"
    ODD_CURRENCY = "billed in another currency"
    ONE_GO = "goods in one go"
    TWO_GOES = "goods in two goes"
    THREE_GOES = "goods in three goes"
    REST = "the rest comes after the bill"
    CLOSED = "closed when received"
    PRICE_AFTER_RECEIPT = "another price after receipt"
    BELOW_RECEIVED = "less than received"
    LATE_BILLS = "a bill after each go"
    EARLY_BILL = "a bill before the goods"
    EARLY_WITHDRAWN = "a bill withdrawn before the goods"
    CREDITED_BY_ORDER = "credited over the same order"
    CREDITED_ORDER = "credited by number, over an order"
    CREDITED_IN_PART = "credited in part"
    CREDITED_WHOLE = "credited whole"
    CHANGED = "changed after posting"
    REISSUED = "a newer version after posting"
    WITHDRAWN = "withdrawn after posting"
    NEWCOMER = "a vendor, an order and a bill come"
    RENAMED = "a vendor has another name"
    CREDIT_OF_NOTHING = "a credit note for no bill"
    TWO_COMPANIES = "an order over two locations"


HELD: Final[Mapping[Part, str]] = {
    Part.PRICE_AFTER_RECEIPT: "PRICE_AFTER_RECEIPT",
    Part.BELOW_RECEIVED: "BELOW_RECEIVED",
    Part.CHANGED: "BILL_CHANGED_AFTER_POST",
    Part.REISSUED: "BILL_CHANGED_AFTER_POST",
    Part.WITHDRAWN: "BILL_WITHDRAWN_AFTER_POST",
    Part.CREDIT_OF_NOTHING: "CREDIT_WITHOUT_INVOICE",
    Part.TWO_COMPANIES: "MULTI_COMPANY_PO",
    Part.ODD_CURRENCY: "CURRENCY_MISMATCH",
}
"""What must be held at the end, and for which cause."""

_Pattern = Sequence[Part | None]
_GOODS_WHOLE: Final[_Pattern] = (
    Part.CLOSED,
    Part.TWO_GOES,
    Part.BELOW_RECEIVED,
    Part.PRICE_AFTER_RECEIPT,
    Part.THREE_GOES,
    Part.CLOSED,
    *[Part.ONE_GO, Part.TWO_GOES, Part.ONE_GO, Part.CLOSED] * 4,
)
"""Orders whose goods all come, and are billed then."""
_GOODS_PARTLY: Final[_Pattern] = (
    Part.REST,
    Part.TWO_GOES,
    Part.PRICE_AFTER_RECEIPT,
    Part.BELOW_RECEIVED,
    *[Part.REST, Part.ONE_GO] * 6,
)
"""Orders whose goods come in part, and are billed in part then."""
_GOODS_UNBILLED: Final[_Pattern] = (
    Part.LATE_BILLS,
    Part.EARLY_BILL,
    Part.EARLY_WITHDRAWN,
    Part.LATE_BILLS,
    *[None, Part.LATE_BILLS, None, Part.EARLY_BILL] * 2,
)
_FREE: Final[_Pattern] = (
    Part.MORE,
    Part.CANCELLED,
    Part.LESS,
    Part.PRICE,
    Part.ADDED,
    Part.REMOVED,
    Part.WORDS,
    Part.ODD_CURRENCY,
    Part.TWICE,
    *[None] * 11,
)
"""Orders without receipts and bills."""
_OVER_ORDER: Final[_Pattern] = (Part.CREDITED_ORDER, Part.CREDITED_BY_ORDER, *[None] * 10)
"""Bills over orders without receipts."""
_OWN: Final[_Pattern] = (
    Part.CREDITED_IN_PART,
    Part.CHANGED,
    Part.WITHDRAWN,
    Part.REISSUED,
    Part.CREDITED_WHOLE,
    *[None, Part.CREDITED_IN_PART] * 4,
    *[None] * 7,
)
"""Bills over no order."""
_ARRIVALS: Final = (Part.RENAMED, Part.CREDIT_OF_NOTHING, Part.TWO_COMPANIES)
DOCUMENTS_AN_ARRIVAL: Final = 400


def order_parts(scenario: Scenario) -> Iterator[tuple[Part, int]]:
    """The orders that play a part, by their ids."""
    orders, bills = scenario.orders, scenario.bills
    pools: dict[str, list[int]] = {"whole": [], "partly": [], "unbilled": [], "free": []}
    for identity in orders.ordinary():
        is_billed = bills.bill_of_order(identity) is not None
        if not orders.vendor_of(identity).is_grn_matched:
            if not is_billed:
                pools["free"].append(identity)
        elif not is_billed:
            pools["unbilled"].append(identity)
        else:
            pools["partly" if bills.is_partly(identity) else "whole"].append(identity)
    patterns = zip(
        pools.items(), (_GOODS_WHOLE, _GOODS_PARTLY, _GOODS_UNBILLED, _FREE), strict=True
    )
    for (name, pool), pattern in patterns:
        for part, identity in _dealt(scenario.seed, name, pool, pattern):
            is_single = scenario.orders.sizes[identity - FIRST_ORDER] < 2
            yield Part.MORE if part is Part.REMOVED and is_single else part, identity


def bill_parts(scenario: Scenario) -> Iterator[tuple[Part, int]]:
    """The bills that play a part, by their ids; originals of duplicates do not."""
    orders, bills = scenario.orders, scenario.bills
    originals = set(bills.originals.values())
    own = [identity for identity in bills.own() if identity not in originals]
    over_order = [
        bill
        for order in orders.ordinary()
        if (bill := bills.bill_of_order(order)) is not None
        and not orders.vendor_of(order).is_grn_matched
    ]
    yield from _dealt(scenario.seed, "own", own, _OWN)
    yield from _dealt(scenario.seed, "over order", over_order, _OVER_ORDER)


def arrivals(scenario: Scenario) -> list[Part]:
    """What else happens, over and over, in its order."""
    return list(_ARRIVALS) * arrivals_of(scenario.documents)


def arrivals_of(documents: int) -> int:
    """How often each kind of arrival comes in a scenario of so many documents."""
    return 1 + documents // DOCUMENTS_AN_ARRIVAL if documents else 0


def first_ids(scenario: Scenario) -> tuple[int, int]:
    """The first order and the first bill that the scenario itself has not, nor its newcomers."""
    beside = len(scenario.newcomers)
    order, bill = FIRST_ORDER + len(scenario.orders), FIRST_BILL + len(scenario.bills)
    return order + beside, bill + beside


def _dealt(
    seed: int, name: str, pool: Iterable[int], pattern: _Pattern
) -> Iterator[tuple[Part, int]]:
    rng = Random(f"{seed}/month/{name}")
    for place, identity in enumerate(sorted(pool, key=lambda _: rng.random())):
        part = pattern[place % len(pattern)]
        if part is not None:
            yield part, identity
