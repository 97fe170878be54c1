"""The sandbox as a program: the ready line, the configuration, the control port, its end."""

import asyncio
import json
import os
import signal
import stat
import sys
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from engine.sandbox.main import SandboxOptions, open_sandbox, serve, tell

ROOT = Path(__file__).parents[2]
PROGRAM = """
import asyncio, sys
from pathlib import Path
from engine.sandbox.main import SandboxOptions, serve
sys.exit(asyncio.run(serve(SandboxOptions(documents=20, folder=Path(sys.argv[1])))))
"""


@asynccontextmanager
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
        yield session


def private_table(path: str) -> dict[str, Any]:
    """The TOML file that only its owner may read."""
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    return tomllib.loads(Path(path).read_text(encoding="utf-8"))


async def answer(session: aiohttp.ClientSession, url: str) -> Any:
    async with session.get(url) as response:
        assert response.status == 200
        return await response.json()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_program_when_signalled_then_it_ends_within_two_seconds_with_zero(
    tmp_path: Path, number: signal.Signals
) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-W",
        "error",
        "-c",
        PROGRAM,
        str(tmp_path),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert child.stdout is not None
    try:
        async with asyncio.timeout(30):
            ready = json.loads(await child.stdout.readline())
        async with client() as session:
            verdict = await answer(session, f"{ready['control_url']}/oracle")
            assert verdict["counts"]["procurify"]["purchase_orders"] == 11
            child.send_signal(number)
            async with asyncio.timeout(2):
                assert await child.wait() == 0
        assert await child.stdout.read() == b""
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    assert (tmp_path / "engine.toml").exists()


async def test_ready_line_when_all_listen_then_it_names_everything(tmp_path: Path) -> None:
    async with open_sandbox(SandboxOptions(documents=8, folder=tmp_path)) as sandbox:
        ready: Any = sandbox.ready

        assert ready.keys() == {"procurify", "syspro", "control_url", "config"}
        assert ready["procurify"].keys() == {"base_url", "client_id", "client_secret"}
        assert ready["syspro"].keys() == {
            "base_url",
            "operator",
            "operator_password",
            "company_id",
            "company_password",
            "odata_url",
            "odata_user",
            "odata_password",
        }
        async with client() as session:
            basic = aiohttp.encode_basic_auth(
                ready["syspro"]["odata_user"], ready["syspro"]["odata_password"]
            )
            url = f"{ready['syspro']['odata_url']}/ApSupplier?$select=Supplier"
            async with session.get(url, headers={"Authorization": basic}) as response:
                assert response.status == 200
                assert len((await response.json())["value"]) > 0
            async with session.get(f"{ready['syspro']['base_url']}/GetVersion") as response:
                assert response.status == 200
                assert await response.text()


async def test_configuration_when_written_then_it_is_the_brief_s_and_private(
    tmp_path: Path,
) -> None:
    options = SandboxOptions(documents=60, folder=tmp_path, po_numbering="manual")
    async with open_sandbox(options) as sandbox:
        ready: Any = sandbox.ready
        configured = private_table(ready["config"])

    assert configured["database"] == {"folder": str(tmp_path / "pg")}
    (tenant,) = configured["tenants"]
    assert tenant["procurify"]["base_url"] == ready["procurify"]["base_url"]
    assert tenant["procurify"]["requests_per_second"] == 0
    (company,) = tenant["companies"]
    assert company["base_url"] == ready["syspro"]["base_url"]
    assert (company["timeout_s"], company["drain_s"]) == (2, 3)
    assert company["policy"]["po_numbering"] == "manual"
    credentials = configured["bootstrap"]["credentials"]
    assert credentials["procurify/acme/client_secret"] == ready["procurify"]["client_secret"]
    assert credentials["syspro/EDU1/operator_password"] == ready["syspro"]["operator_password"]
    assert configured["bootstrap"]["probe"] == {"EDU1": "passed"}
    kinds = {row["kind"] for row in configured["bootstrap"]["mappings"]}
    assert kinds == {"vendor", "account", "currency", "department", "unit", "tax", "terms"}
    assert {"kind": "department", "key": "Lab & Quality", "target": "MN"} in (
        configured["bootstrap"]["mappings"]
    )


async def test_requests_when_listed_then_numbered_and_without_secrets(tmp_path: Path) -> None:
    async with (
        open_sandbox(SandboxOptions(documents=8, folder=tmp_path)) as sandbox,
        client() as session,
    ):
        ready: Any = sandbox.ready
        grant = {
            **ready["procurify"],
            "audience": "https://api.procurify.com/",
            "grant_type": "client_credentials",
        }
        async with session.post(
            f"{ready['procurify']['base_url']}/oauth/token", json=grant
        ) as response:
            assert response.status == 200
        operator = f"Operator=X&OperatorPassword={ready['syspro']['operator_password']}"
        async with session.get(f"{ready['syspro']['base_url']}/Logon?{operator}") as response:
            await response.read()

        first = await answer(session, f"{ready['control_url']}/requests")
        later = await answer(session, f"{ready['control_url']}/requests?after=1")

    assert [(entry["n"], entry["host"]) for entry in first["requests"]] == [
        (1, "procurify"),
        (2, "syspro"),
    ]
    assert first["requests"][0].keys() == {
        "n",
        "at",
        "wall_at",
        "host",
        "method",
        "path",
        "business_object",
        "status",
    }
    assert [entry["n"] for entry in later["requests"]] == [2]
    assert first["next"] == later["next"] == 2
    for secret in (ready["procurify"]["client_secret"], ready["syspro"]["operator_password"]):
        assert secret not in json.dumps(first)


async def test_serve_when_a_port_is_taken_then_it_says_so(tmp_path: Path) -> None:
    async with open_sandbox(SandboxOptions(documents=0, folder=tmp_path)) as sandbox:
        ready: Any = sandbox.ready
        port = int(ready["control_url"].rpartition(":")[2])

        with pytest.raises(OSError, match=str(port)):
            await serve(SandboxOptions(documents=0, control_port=port, folder=tmp_path / "two"))


async def test_story_when_told_then_it_ticks_until_stopped(tmp_path: Path) -> None:
    async with open_sandbox(SandboxOptions(documents=1, folder=tmp_path)) as sandbox:
        stop = asyncio.Event()
        before = sandbox.story.left
        stop.set()

        async with asyncio.timeout(5):
            await tell(sandbox.story, stop)

        assert before == sandbox.story.left == 2


async def test_answers_when_paced_then_neither_system_is_faster(tmp_path: Path) -> None:
    options = SandboxOptions(
        documents=1, folder=tmp_path, procurify_ms=60, query_ms=40, post_ms=0, jitter=0.0
    )
    clock = asyncio.get_running_loop().time
    async with open_sandbox(options) as sandbox, client() as session:
        ready: Any = sandbox.ready
        for url, least_s in (
            (f"{ready['procurify']['base_url']}/oauth/token", 0.06),
            (f"{ready['syspro']['odata_url']}/ApBank", 0.04),
        ):
            before = clock()
            async with session.post(url, json={}) as response:
                await response.read()
            assert clock() - before >= least_s
