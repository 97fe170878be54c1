"""Laws of receipts: whatever comes between, nothing is received twice and nothing is forgotten.

Both systems are two sums here; a write is looked up before it is done, as the lanes do, and its
answer may be lost.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from goods_world import REPORT, in_procurify, in_syspro, ordered, receipt
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_world import Row, World, ready_world

ZERO = Decimal(0)
QUANTITIES = st.integers(1, 200_000).map(lambda number: Decimal(number).scaleb(-5))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("came"), QUANTITIES),
        st.tuples(st.sampled_from(["read list", "read books", "send", "lose"]), st.just(ZERO)),
    ),
    max_size=14,
)
AT_MOST = 40
"""How many rounds of reading and sending bring any story to rest."""


@dataclass(slots=True)
class Goods:
    """Both sums, and the world that plans between them."""

    world: World
    books: Decimal = ZERO
    there: Decimal = ZERO
    receipts: dict[int, Decimal] = field(default_factory=dict)
    read: set[int] = field(default_factory=set)

    def tell(self, row: Row, type_: str, **body: object) -> None:
        self.world.append(f"command/{row['key']}", type_, {"attempt": 1, **body})

    def changed(self, row: Row, reason: str) -> None:
        self.tell(row, "LookupAnswered", is_as_planned=False, reason=reason, text="")

    def taken(self, row: Row, key: str, *, is_lost: bool) -> None:
        """The write is done; its answer comes, or a look finds it later."""
        self.world.intend(row)
        said = {"procurify_id": key} if row["company"].startswith("procurify") else {}
        said = said or {"syspro_key": key}
        if is_lost:
            self.tell(row, "PostInDoubt", cause="lost", text="")
            self.tell(row, "DoubtResolved", outcome="committed", rule="FOUND_EQUAL", **said)
        else:
            self.tell(row, "PostAccepted", warnings=[], reply="", **said)
        self.tell(row, "PostVerified", is_equal=True, differences=[], lines=[], **said)

    def report(self, *, is_lost: bool = False) -> None:
        """The lane of Procurify does what is ready."""
        for row in self.world.commands("ready"):
            passed, before = (Decimal(row["payload"][name]) for name in ("passed", "passed_before"))
            if self.there not in (before, before + passed):
                self.changed(row, "CHANGED_IN_PROCURIFY")
                continue
            if self.there == before:
                self.there += passed
            self.taken(row, "901", is_lost=is_lost)

    def receive(self, *, is_lost: bool = False) -> None:
        """The lane of SYSPRO does what is ready."""
        for row in self.world.commands("ready"):
            if Decimal(row["payload"]["received_before"]) != self.books:
                self.changed(row, "CHANGED_IN_SYSPRO")
                continue
            self.books += Decimal(row["payload"]["quantity"])
            self.taken(row, f"{len(self.world.events):06}", is_lost=is_lost)

    def read_list(self) -> None:
        in_procurify(self.world, f"{self.there:.5f}")
        for identity in sorted(self.receipts.keys() - self.read):
            receipt(self.world, identity, f"{self.receipts[identity]:.5f}")
        self.read = set(self.receipts)

    def read_books(self) -> None:
        in_syspro(self.world, f"{self.books:.6f}", MOrderQty="10000000")


def begun(**policy: object) -> Goods:
    world = ready_world(**policy)
    ordered(world)
    goods = Goods(world)
    goods.read_list()
    goods.read_books()
    return goods


@settings(max_examples=25)
@given(STEPS)
def test_report_when_anything_comes_between_then_never_more_and_in_the_end_the_same(
    steps: list[tuple[str, Decimal]],
) -> None:
    goods = begun(report_receipts=True)
    for step, quantity in steps:
        match step:
            case "came":
                goods.books += quantity
            case "read list":
                goods.read_list()
            case "read books":
                goods.read_books()
            case _:
                goods.report(is_lost=step == "lose")
        assert goods.there <= goods.books
    for _ in range(AT_MOST):
        goods.read_books()
        goods.read_list()
        if not goods.world.commands("ready"):
            break
        goods.report()
    assert goods.there == goods.books
    state = goods.world.document(*REPORT)["state"]
    assert state == ("in_procurify" if goods.books else "not_due")


@settings(max_examples=25)
@given(STEPS)
def test_receive_when_anything_comes_between_then_each_once_and_in_the_end_all(
    steps: list[tuple[str, Decimal]],
) -> None:
    goods = begun(receipt_owner="procurify")
    for step, quantity in steps:
        match step:
            case "came":
                goods.there += quantity
                goods.receipts[80 + len(goods.receipts)] = quantity
            case "read list":
                goods.read_list()
            case "read books":
                goods.read_books()
            case _:
                goods.receive(is_lost=step == "lose")
        assert goods.books <= goods.there
    for _ in range(AT_MOST):
        goods.read_list()
        goods.read_books()
        if not goods.world.commands("ready"):
            break
        goods.receive()
    assert goods.books == goods.there
    for identity, quantity in goods.receipts.items():
        assert goods.world.standing("receipt", str(identity)) == ("in_syspro", "")
        written = goods.world.fact(f"written:receipt:acme/{identity}")
        assert written is not None
        assert Decimal(written["payload"]["quantity"]) == quantity
        assert written["count"] == 1
