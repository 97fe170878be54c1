"""What `status` tells: approvals apart, modes and blackouts in words."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from engine.cli import status
from engine.core.probes import ProbeStanding
from engine.lines import StoppedLine
from engine.standing import Entry, Standing

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
ORDER = Entry(
    key="purchase_order:acme/1042",
    kind="purchase_order",
    source_id="1042",
    number="PO-1042",
    reason="NEEDS_APPROVAL",
    sentence="The document is planned and waits for an approval.",
    amount="100.00",
    currency="CAD",
    waits_for=(),
    company="EDU1",
    owner="Kim",
    since=NOON,
)


def standing(*held: Entry, **policy: object) -> Standing:
    return Standing(
        held=held,
        waiting=(),
        in_doubt=(),
        counts={"bill": {"shadowed": 3, "in_syspro": 2}, "vendor": {"observed": 1}},
        head=9,
        checkpoint=9,
        polls=(),
        policies={"EDU1": policy},
    )


def test_status_when_modes_are_set_then_each_is_said_and_what_it_leaves_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = standing(mode_bill="shadow", mode_vendor="observe", mode_purchase_order="auto")
    status.show("acme", found, 0, NOON)
    said = capsys.readouterr().out.splitlines()
    assert "  Left alone by the modes: 3 planned only, 1 watched only" in said
    assert "  EDU1: vendors are watched only (mode observe)." in said
    assert "  EDU1: bills are planned and not sent (mode shadow; `agreement` compares)." in said
    assert not any("purchase orders" in line for line in said)


def test_status_s34_when_a_line_is_stopped_then_why_and_what_is_not_to_be_paid(
    capsys: pytest.CaptureFixture[str],
) -> None:
    why = "bill:acme/1 stands there 2 times under one key of ours (S1|INV-1, S1|INV-1)"
    line = StoppedLine(company="EDU1", since=NOON, why=[why], holds=["S1|INV-1"])
    found = replace(standing(), stopped=[line])
    never = ProbeStanding(result="never", text="this site was never probed")
    status.show("acme", found, 0, NOON, {"EDU1": never})
    said = capsys.readouterr().out.splitlines()
    begins = said.index("  NOTHING IS POSTED to EDU1 since 2026-11-30 12:00:")
    assert said[begins + 1 : begins + 4] == [
        f"    {why}",
        "    hold its payment: S1|INV-1",
        "    Look into SYSPRO, then `confirm EDU1`.",
    ]
    assert any("EDU1: this site was never probed; a lost answer goes" in line for line in said)
    tenants = status.plain({"acme": found}, NOON, {"acme": 0}, {"acme": {"EDU1": never}})["tenants"]
    assert isinstance(tenants, dict)
    assert tenants["acme"]["stopped"]["EDU1"]["hold_for_payment"] == ["S1|INV-1"]
    assert tenants["acme"]["probes"]["EDU1"]["result"] == "never"


def test_status_when_an_order_waits_for_approval_then_apart_from_what_needs_somebody(
    capsys: pytest.CaptureFixture[str],
) -> None:
    other = replace(ORDER, number="PO-1", reason="LINE_NO_ACCOUNT", amount="5.00", owner="")
    status.show("acme", standing(ORDER, other, mode_purchase_order="approve"), 0, NOON)
    said = capsys.readouterr().out
    assert "Needs you: 1 document, 5.00 CAD" in said
    assert "To be approved: 1 document, 100.00 CAD" in said
    assert "    it began 0 s ago\n    Kim: Look at" in said


def test_status_when_asked_as_json_then_a_hold_has_all_its_texts() -> None:
    entry = ORDER.plain("acme")
    assert entry["who"] == "Kim"
    assert entry["class"] == "business"
    assert entry["since"] == NOON
    for name in ("cause", "action", "automatic"):
        assert str(entry[name]).endswith(".")
