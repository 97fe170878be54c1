"""The judgement of a run: what is refused and there all the same, what waits for no person."""

from typing import Any

from engine.core.reasons import REASONS
from engine.proof.simulation.judge import GIVEN, REFUSED, refused_and_there, unmoved
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


def standing(**entries: list[Entry]) -> Standing:
    given: Any = {"held": [], "waiting": [], "in_doubt": [], **entries}
    return Standing(**given, counts={}, head=1, checkpoint=1, polls=[])


def test_reasons_when_the_judge_goes_by_them_then_people_are_told_them() -> None:
    assert (GIVEN | REFUSED) - REASONS.keys() == set()


def test_refusal_when_syspro_has_the_document_as_it_is_to_be_then_a_breach() -> None:
    held = [entry("1", "REJECTED_BY_SYSPRO"), entry("2", "REJECTED_BY_SYSPRO")]
    held += [entry("3", "SUPPLIER_ON_HOLD")]
    missing = [{"kind": "purchase_order", "source_id": "2"}]
    oracle = {"missing": missing, "must_hold": [], "differences": []}
    said = "I4: purchase_order 1 is called refused and is there"
    assert list(refused_and_there(oracle, standing(held=held))) == [said]


def test_rest_when_a_document_waits_for_no_person_then_it_is_a_breach() -> None:
    waiting = [
        entry("1", "WAITS_FOR_RECEIPT"),
        entry("2", "WAITING_RECEIPT"),
        entry("3", "WAITS_FOR_ORDER", "4"),
        entry("4", "WAITS_FOR_SUPPLIER", "5"),
    ]
    found = standing(waiting=waiting, in_doubt=[entry("5", "DOUBT_ESCALATED")])
    assert list(unmoved(found)) == [
        "I2: purchase order PO-1 waits for nobody: WAITS_FOR_RECEIPT: so"
    ]
