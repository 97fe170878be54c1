"""A company's policy: the file's table, what people changed over it, and what plans make of it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from plan_documents import bill, bill_line, line, order, ordered_line
from plan_world import COMPANY, POLICY, World, ready_world

from engine.config import Policy as PolicyTable
from engine.core.mapping import AccountUse
from engine.errors import Malformed
from projections.policy import Policy, read_policy

Body = dict[str, Any]
ORDER = ("purchase_order", "1042")
ID = "3cda5ef4ac1a401bb6619e4a5d87c10d"


def change(world: World, name: str, value: object) -> None:
    body = {"company": COMPANY, "name": name, "value": value, "reason": "r", "before": None}
    world.append(f"policy/{COMPANY}/{name}", "PolicyChanged", body)


def test_policy_when_read_from_the_file_then_every_setting_and_default_is_the_same() -> None:
    assert read_policy(PolicyTable().body()) == Policy() == read_policy(None)
    assert set(PolicyTable.model_fields) == set(Policy.__slots__)


def test_policy_when_read_then_decimals_days_and_lists_are_exact() -> None:
    table = PolicyTable.model_validate(
        {
            "cut_over_on": "2026-11-01",
            "non_po_bill_limit": "2500.00",
            "overbill_price_percent": "2.5",
            "blackout": ["Fri 18:00-Mon 06:00"],
        }
    )
    found = read_policy(table.body())

    assert found.cut_over_on == date(2026, 11, 1)
    assert (found.non_po_bill_limit, found.overbill_price_percent) == (
        Decimal("2500.00"),
        Decimal("2.5"),
    )
    assert read_policy({"cut_over_on": "", "default_unit": ""}) == Policy(default_unit="")
    assert found.blackout == ("Fri 18:00-Mon 06:00",)
    with pytest.raises(Malformed):
        read_policy({"cut_over_on": "soon"})


def test_policy_when_a_person_changes_it_then_over_the_file_until_unset() -> None:
    world = ready_world()
    world.source("PurchaseOrderChanged", *ORDER, order())
    change(world, "mode_purchase_order", "off")
    assert world.standing(*ORDER) == ("off", "")

    world.policy(default_unit="PC")
    assert world.standing(*ORDER) == ("off", "")
    assert world.fact(f"policy:{COMPANY}") == {
        **POLICY,
        "default_unit": "PC",
        "mode_purchase_order": "off",
    }
    change(world, "mode_purchase_order", None)
    assert world.standing(*ORDER) == ("ready", "")
    assert world.fact(f"policy:{COMPANY}") == {**POLICY, "default_unit": "PC"}


def test_cut_over_when_a_document_is_of_an_earlier_day_then_not_carried() -> None:
    world = ready_world(cut_over_on="2026-11-02")
    world.source("PurchaseOrderChanged", *ORDER, order())
    assert order()["date"] == "2026-11-02T06:30:00Z", "the evening of the first in Vancouver"
    assert world.standing(*ORDER) == ("before_cut_over", "")
    world.source("BillChanged", "bill", ID, bill(ordered_line(1042, 10421)))
    assert world.standing("bill", ID) == ("held", "ORDER_NOT_ELIGIBLE")
    world.source("BillChanged", "bill", ID, bill(bill_line()))
    assert world.standing("bill", ID) == ("ready", "")

    world.source("PurchaseOrderChanged", *ORDER, order(date="2026-11-02T08:30:00Z"))
    assert world.standing(*ORDER) == ("ready", "")
    world.post(world.command(*ORDER), "000547", {"10421": 1})
    change(world, "cut_over_on", "2026-12-01")
    assert world.standing(*ORDER) == ("in_syspro", ""), "what SYSPRO has stays"


def test_order_when_numbered_with_a_prefix_then_the_whole_number_must_fit() -> None:
    world = ready_world(po_numbering="prefix", po_prefix="AC-")
    world.source("PurchaseOrderChanged", *ORDER, order())
    assert world.command(*ORDER)["payload"]["purchase_order"] == "AC-PO-1042"

    world.source("PurchaseOrderChanged", *ORDER, order(PO_Num="N" * 18))
    assert world.standing(*ORDER) == ("held", "PO_NUMBER_TOO_LONG")
    world.source("PurchaseOrderChanged", *ORDER, order())
    world.source(
        "PurchaseOrderChanged", "purchase_order", "7", order(7, line(71), PO_Num="PO-1042")
    )
    assert world.standing("purchase_order", "7") == ("held", "PO_NUMBER_REUSED")


def test_account_use_when_it_has_no_department_then_the_key_is_the_code() -> None:
    assert AccountUse(code="6100", department="").key == "6100"
