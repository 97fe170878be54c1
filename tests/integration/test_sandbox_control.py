"""The control port over real sockets: state, faults, clock, reset, and sentences for bad input."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from sandbox_rehearsal import Rehearsal, at, rehearse
from sandbox_syspro_site import errors

from engine.sandbox.control import app as control
from engine.sandbox.main import SandboxOptions, open_sandbox
from engine.sandbox.oracle import Oracle


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Rehearsal]:
    async with rehearse(tmp_path) as opened:
        yield opened


async def test_state_when_asked_then_every_row_of_both_sides_by_kind(stage: Rehearsal) -> None:
    token = await stage.logon()
    order = stage.order()
    assert errors(await stage.post_order(token)) == []

    state = await stage.control("/state")

    tenant = stage.sandbox.tenant
    assert len(state["procurify"]["bills"]) == len(tenant.bills)
    (shown,) = [row for row in state["procurify"]["purchase_orders"] if row["id"] == order.id]
    assert (shown["number"], shown["total"]) == (order.number, str(order.total))
    assert len(shown["lines"]) == len(order.lines)
    (header,) = state["syspro"]["PorMasterHdr"]
    assert header["PurchaseOrder"] == "000000000000547"
    assert header["Supplier"] == order.vendor.supplier
    assert len(state["syspro"]["ApSupplier"]) == len(stage.sandbox.ledger.tables["ApSupplier"])
    assert [write["kind"] for write in state["syspro"]["writes"]] == ["order"]


async def test_state_when_kinds_are_named_then_those_alone(stage: Rehearsal) -> None:
    state = await stage.control("/state?kind=bills,ApInvoice")
    assert {side: list(kinds) for side, kinds in state.items()} == {
        "procurify": ["bills"],
        "syspro": ["ApInvoice"],
    }
    wrong = await stage.control("/state?kind=pigs", status=400)
    assert wrong == {"error": "there is no kind pigs"}


async def test_faults_when_added_then_beside_the_others_and_replaced_when_not(
    stage: Rehearsal,
) -> None:
    delay = {"at": at("procurify.list"), "do": "delay", "seconds": 0}
    reset = {"at": at("syspro.post"), "do": "reset"}
    await stage.control("/faults", [delay])
    report = await stage.control("/faults", {"mode": "add", "faults": [reset]})
    assert [entry["do"] for entry in report["faults"]] == ["delay", "reset"]
    await stage.get()

    report = await stage.control("/faults")

    assert [entry["crossings"] for entry in report["faults"]] == [1, 0]
    assert [entry["fired"] for entry in report["faults"]] == [1, 0]
    (fired,) = report["fired"]
    assert fired["path"] == "/api/v3/ap/bills/"
    assert (fired["fault"], fired["crossing"], fired["phase"]) == (1, 1, "received")
    report = await stage.control("/faults", {"faults": [reset]})
    assert [entry["do"] for entry in report["faults"]] == ["reset"]


async def test_oracle_when_the_sandbox_ends_then_it_does_not_judge_to_the_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    began = asyncio.Event()

    def judge(oracle: Oracle) -> Iterator[None]:
        began.set()
        while True:
            yield

    monkeypatch.setattr(Oracle, "judge", judge)
    monkeypatch.setattr(control, "MOMENT_S", 0)

    async def asked(url: str) -> tuple[int, str]:
        async with session.get(f"{url}/oracle") as response:
            return response.status, await response.text()

    async with (
        aiohttp.ClientSession() as session,
        asyncio.TaskGroup() as group,
        open_sandbox(SandboxOptions(documents=2, folder=tmp_path)) as sandbox,
    ):
        reply = group.create_task(asked(str(sandbox.ready["control_url"])))
        await began.wait()
    assert reply.result() == (503, '{"error":"the sandbox ends"}')


@pytest.mark.parametrize(
    ("path", "body", "sentence"),
    [
        ("/faults", {"faults": 3}, "a fault plan is to be a JSON list of faults"),
        ("/faults", [{"at": at("syspro.post"), "do": "explode"}], "fault 1: do is to be one of"),
        (
            "/faults",
            [{"at": at("syspro.post"), "do": "lock", "table": "Pigs", "key": "1"}],
            "fault 1: SYSPRO has no table Pigs",
        ),
        ("/clock", {"offset": 3}, "the body: offset_s is missing"),
        ("/clock", {"offset_s": 1.5}, "the body: offset_s is to be a whole number"),
        ("/apply", {"do": "approve_bill"}, "the body is to be a JSON list of changes"),
        ("/apply", [{"do": "fly"}], "change 1 of 1: do is to be one of new_vendor"),
        ("/apply", [{"do": "approve_bill", "bill": "nope"}], "there is no bill nope"),
        ("/apply", [{"do": "approve_bill"}], "change 1 of 1: bill is missing"),
        ("/apply", [{"do": "hold_supplier", "supplier": "X"}], "there is no supplier X"),
        ("/apply", [{"do": "log_off", "operator": "x"}], "operator X is not logged on"),
    ],
)
async def test_control_when_given_what_it_cannot_use_then_400_and_a_sentence(
    stage: Rehearsal, path: str, body: object, sentence: str
) -> None:
    answer = await stage.control(path, body, status=400)
    assert answer.keys() == {"error"}
    assert sentence in answer["error"]


async def test_control_when_the_body_is_no_json_then_400(stage: Rehearsal) -> None:
    url = f"{stage.sandbox.ready['control_url']}/apply"
    async with stage.http.post(url, data=b"[1,") as response:
        assert response.status == 400
        assert "this is not JSON" in (await response.json())["error"]


async def test_clock_when_set_then_stamps_follow_and_the_session_runs_out(
    stage: Rehearsal,
) -> None:
    token = await stage.logon()
    answer = await stage.control("/clock", {"offset_s": 1_260})

    shown = datetime.fromisoformat(answer["now"])
    assert abs(stage.sandbox.tenant.now() - shown) < timedelta(minutes=1)
    assert abs(stage.sandbox.ledger.clock() - shown) < timedelta(minutes=1)
    assert "supplied UserID is invalid" in await stage.post_order(token)
    assert (await stage.get())[0] == 200
    await stage.control("/clock", {"offset_s": 90_000})
    assert (await stage.get())[0] == 401


async def test_reset_when_asked_then_the_same_story_begins_again_at_the_same_addresses(
    stage: Rehearsal,
) -> None:
    before = await stage.control("/state")
    oracle = await stage.control("/oracle")
    token = await stage.logon()
    assert errors(await stage.post_order(token)) == []
    bill = next(stage.sandbox.tenant.eligible_bills()).uuid
    await stage.control("/apply", [{"do": "delete_bill", "bill": bill}])
    seen = (await stage.control("/requests"))["next"]

    assert await stage.control("/reset", {}) == {"seed": 7, "documents": 24}

    assert await stage.control("/state") == before
    assert await stage.control("/oracle") == oracle
    assert (await stage.control("/requests"))["next"] == seen
    assert "supplied UserID is invalid" in await stage.post_order(token)
    assert "<PurchaseOrder>000547<" in await stage.post_order(await stage.logon())


async def test_strict_when_chosen_then_the_client_header_is_needed(tmp_path: Path) -> None:
    async with rehearse(tmp_path, is_strict=True) as stage:
        assert (await stage.get())[0] == 200
        del stage.bearer["X-Procurify-Client"]
        assert (await stage.get())[0] == 403
