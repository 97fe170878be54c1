"""Held, waiting and the money in them."""

from dataclasses import replace
from decimal import Decimal, localcontext

from hypothesis import given
from hypothesis import strategies as st

from engine.standing import Entry, Poll, held_through, totals


def entry(key: str, *waits_for: str, **changes: str) -> Entry:
    kind, _, rest = key.partition(":")
    found = Entry(
        key=key,
        kind=kind,
        source_id=rest.rpartition("/")[2],
        number="",
        reason="WAITS_FOR_ORDER" if waits_for else "LINE_NO_ACCOUNT",
        sentence="The order is to be in SYSPRO first.",
        amount="",
        currency="",
        waits_for=waits_for,
    )
    return replace(found, **changes)


def test_waiting_when_for_held_ones_alone_then_held_through_the_whole_chain() -> None:
    vendor = entry("vendor:acme/9", number="Sakura")
    order = replace(entry("purchase_order:acme/1", vendor.key), awaited=("vendor Sakura",))
    bill = replace(entry("bill:acme/b", order.key), awaited=("purchase order PF1",))
    both = replace(entry("bill:acme/c", order.key, "purchase_order:acme/2"), awaited=("a", "b"))
    held, waiting = held_through([vendor], [bill, both, order])
    assert {found.key for found in held} == {vendor.key, order.key, bill.key}
    assert [found.key for found in waiting] == [both.key]
    by_key = {found.key: found for found in held}
    assert by_key[bill.key].reason == "WAITS_FOR_HELD"
    assert by_key[bill.key].sentence == "It waits for purchase order PF1, which is held."
    assert by_key[order.key].why == "It waits for vendor Sakura, which is held."
    assert by_key[order.key].plain("acme")["who"] == "whoever acts on the other document"


def test_waiting_when_for_several_held_ones_then_the_sentence_names_all() -> None:
    first, second = entry("vendor:acme/1"), entry("purchase_order:acme/2")
    bill = entry("bill:acme/b", first.key, second.key)
    held, _ = held_through([first, second], [bill])
    assert held[2].sentence == (
        "It waits for vendor:acme/1, purchase_order:acme/2, which are held."
    )


def test_waiting_when_for_nothing_or_in_a_ring_then_it_stays_waiting() -> None:
    alone = entry("bill:acme/a")
    ring = [entry("bill:acme/x", "bill:acme/y"), entry("bill:acme/y", "bill:acme/x")]
    held, waiting = held_through([], [alone, *ring])
    assert held == []
    assert waiting == [alone, *ring]


def test_entry_when_named_then_as_people_call_it_and_why_is_the_particulars() -> None:
    order = entry("purchase_order:acme/1073", number="PF1073", detail="line 1: no account")
    assert (order.name, order.why) == ("purchase order PF1073", "line 1: no account")
    bill = entry("bill:acme/abc", "purchase_order:acme/1")
    assert bill.name == "bill abc"
    assert bill.why == bill.sentence
    assert replace(bill, awaited=("purchase order PF1",)).why == "waits for purchase order PF1"


@given(st.lists(st.decimals(allow_nan=False, allow_infinity=False, places=5, max_value=10**9)))
def test_totals_when_summed_then_exact_whatever_the_order(amounts: list[Decimal]) -> None:
    entries = [entry(f"bill:acme/{n}", amount=str(a)) for n, a in enumerate(amounts)]
    found = totals([*entries, entry("bill:acme/none")])
    with localcontext(prec=400):
        assert found.get("", Decimal(0)) == sum(amounts, Decimal(0))
    assert found == totals(reversed(entries))


def test_totals_when_an_amount_is_unreadable_then_left_out() -> None:
    odd = entry("bill:acme/1", amount="n/a", currency="USD")
    assert totals([odd, entry("bill:acme/2", amount="0.10", currency="USD")]) == {
        "USD": Decimal("0.10")
    }


def test_poll_when_broken_then_the_text_says_why_and_the_cause_where_there_is_none() -> None:
    poll = Poll(stream="syspro/EDU1/terms", finished_at=None, broken="Malformed", text="not XML")
    assert (poll.side, poll.trouble) == ("syspro", "not XML")
    assert replace(poll, text="").trouble == "Malformed"
    assert replace(poll, broken="").trouble == ""
