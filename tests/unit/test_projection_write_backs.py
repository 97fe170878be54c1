"""What became of commands to Procurify: their facts, and how their documents stand."""

import pytest
from plan_documents import order
from plan_world import Row, World, ready_world

from engine.core.commands.procurify import procurify_addressee

ORDER = ("purchase_order", "1042")
DOCUMENT = "purchase_order:acme/1042"


def intended() -> tuple[World, Row]:
    """An order that SYSPRO took, of which something is being written to Procurify."""
    world = ready_world()
    world.source("PurchaseOrderChanged", *ORDER, order())
    world.post(world.command(*ORDER), "000547", {"9001": 1})
    row: Row = {
        "key": "k" * 32,
        "document": DOCUMENT,
        "type": "receipt_report",
        "action": "receive",
        "company": procurify_addressee("acme"),
        "revision": "r1",
        "external_key": "",
        "payload": {"order_item": 9001, "passed": "2", "passed_before": "0"},
        "attempt": 0,
    }
    world.intend(row)
    return world, row


def tell(world: World, row: Row, type_: str, **body: object) -> None:
    world.append(f"command/{row['key']}", type_, body)


def test_write_back_when_accepted_then_a_fact_of_its_own_and_syspro_s_untouched() -> None:
    world, row = intended()
    before = world.fact(f"written:{DOCUMENT}")
    assert world.standing(*ORDER) == ("sending", "")
    tell(world, row, "PostAccepted", attempt=1, procurify_id="77", is_sent=True, warnings=[])
    tell(world, row, "PostVerified", procurify_id="77", is_equal=False, differences=["x"], lines=[])
    fact = world.fact(f"written_back:{DOCUMENT}#receipt_report")
    assert fact is not None
    assert (fact["procurify_id"], fact["count"], fact["revision"]) == ("77", 1, "r1")
    assert (fact["is_verified"], fact["differences"]) == (True, ["x"])
    assert fact["payload"] == row["payload"]
    assert before is not None
    assert world.fact(f"written:{DOCUMENT}") == before


@pytest.mark.parametrize(
    ("type_", "body", "standing"),
    [
        (
            "PostInDoubt",
            {"cause": "lost", "text": ""},
            ("in_doubt", "WRITE_BACK_IN_DOUBT"),
        ),
        (
            "DoubtResolved",
            {"outcome": "escalated", "rule": "FOUND_NOTHING", "procurify_id": ""},
            ("in_doubt", "WRITE_BACK_ESCALATED"),
        ),
    ],
)
def test_write_back_when_its_outcome_is_not_known_then_the_document_says_so_of_procurify(
    type_: str, body: dict[str, object], standing: tuple[str, str]
) -> None:
    world, row = intended()
    tell(world, row, type_, attempt=1, **body)
    assert world.standing(*ORDER) == standing


def test_write_back_when_overtaken_then_neither_sent_again_nor_called_a_change_of_syspro() -> None:
    world, row = intended()
    tell(
        world,
        row,
        "LookupAnswered",
        is_as_planned=False,
        reason="CHANGED_IN_PROCURIFY",
        text="external_id reads otherwise",
    )
    command = next(one for one in world.commands() if one["key"] == row["key"])
    assert (command["state"], command["reason"]) != ("deferred", "CHANGED_IN_SYSPRO")
    assert command["reason"] == "CHANGED_IN_PROCURIFY"
