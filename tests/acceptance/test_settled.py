"""The main job as it stands: what the sandbox promises, and where a whole run ends."""

import signal

import pytest
from engine_site import HELD_EXIT, assert_right, opened, unkilled

READY_KEYS = {
    "procurify": {"base_url", "client_id", "client_secret"},
    "syspro": {
        "base_url",
        "operator",
        "operator_password",
        "company_id",
        "company_password",
        "odata_url",
        "odata_user",
        "odata_password",
    },
}
ORACLE_KEYS = {
    "eligible",
    "posted",
    "duplicates",
    "missing",
    "must_hold",
    "order_violations",
    "differences",
    "totals",
    "story",
    "story_left",
    "counts",
}


async def test_sandbox_when_ready_then_one_line_says_all_and_its_file_runs_the_engine() -> None:
    async with opened() as site:
        assert set(site.ready) == {"procurify", "syspro", "control_url", "config"}
        for part, keys in READY_KEYS.items():
            assert set(site.ready[part]) == keys
        assert set(await site.oracle()) == ORACLE_KEYS
        await site.engine()
        await site.settled()
        code, status = await site.status_verb()
        assert code == HELD_EXIT
        assert_right(await site.oracle(), status)
        assert all(entry["reason"] and entry["number"] is not None for entry in status["held"])
        site.sandbox.send(signal.SIGTERM)
        assert site.sandbox.child.stdout is not None
        assert await site.sandbox.child.stdout.read() == b""
        assert await site.sandbox.stop() == 0


@pytest.mark.parametrize("numbering", ["auto", "manual"])
async def test_run_when_all_is_settled_then_nothing_is_lost_twice_or_different(
    numbering: str,
) -> None:
    ledger = await unkilled(numbering)
    assert len(ledger["orders"]) > 10
    assert len(ledger["invoices"]) > 5
    assert ledger["cancelled"] == 1
