"""The judgement of a run: what waits at rest, and for no person, is told."""

from engine.proof.simulation.judge import unmoved
from engine.standing import Entry, Standing


def entry(number: str, reason: str, *waits_for: str) -> Entry:
    return Entry(
        key=f"purchase_order:acme/{number}",
        kind="purchase_order",
        source_id=number,
        number=f"PO-{number}",
        reason=reason,
        sentence="so",
        amount="",
        currency="",
        waits_for=tuple(f"purchase_order:acme/{other}" for other in waits_for),
    )


def test_rest_when_a_document_waits_for_no_person_then_it_is_a_breach() -> None:
    waiting = [
        entry("1", "WAITS_FOR_RECEIPT"),
        entry("2", "WAITING_RECEIPT"),
        entry("3", "WAITS_FOR_ORDER", "4"),
        entry("4", "WAITS_FOR_SUPPLIER", "5"),
    ]
    found = Standing(
        held=[],
        waiting=waiting,
        in_doubt=[entry("5", "DOUBT_ESCALATED")],
        counts={},
        head=1,
        checkpoint=1,
        polls=[],
    )
    assert list(unmoved(found)) == [
        "I2: purchase order PO-1 waits for nobody: WAITS_FOR_RECEIPT: so"
    ]
