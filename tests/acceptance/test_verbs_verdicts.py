"""What the proofs and the exit codes say when something is not as it should be."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from engine_site import Site, opened
from site_config import read, write
from verb_site import fresh_database, quick, verb

from engine.cli.exits import Exit
from engine.clock import SystemClock
from engine.config import load
from engine.core.events import NewEvent
from engine.db import PostgresDatabase
from engine.log.contract import Author
from engine.log.store import PostgresLog
from engine.log.verify import verify
from engine.service.bootstrap import take_bootstrap
from engine.service.chain_watch import ChainWatch
from engine.service.foundation import foundation
from engine.service.visits import syspro_company
from engine.telemetry import Metrics


@pytest.fixture(scope="module")
async def site() -> AsyncIterator[Site]:
    """Both sandboxes without a document; no engine runs."""
    async with opened(documents=0) as found:
        yield found


@pytest.fixture
async def fresh(site: Site) -> AsyncIterator[str]:
    """The address of an empty database on the site's own server."""
    async with fresh_database(site) as url:
        yield url


async def test_status_when_a_post_is_in_doubt_then_the_exit_code_says_so(
    site: Site, fresh: str
) -> None:
    around = {"DATABASE_URL": fresh}
    assert (await quick("migrate", around=around)).code == Exit.OK
    assert (await quick("status", f"--config={site.config}", around=around)).code == Exit.OK

    body = (
        b'{"amount":"12.50","currency":"USD","detail":"no whole answer in time","sentence":'
        b'"The answer to a post was lost.","waits_for":[]}'
    )
    async with PostgresDatabase.open(fresh) as database:
        for key, state in (("1", "in_doubt"), ("2", "held")):
            await database.execute(
                "INSERT INTO documents VALUES ('acme', $1, 'bill', $1, $1, $2, 'IN_DOUBT', $3)",
                key, state, body,
            )  # fmt: skip
        said = await quick("status", f"--config={site.config}", around=around)
        assert said.code == Exit.IN_DOUBT
        assert "In doubt (the answer was lost; it is being looked up): 1 document, 12.50 USD" in (
            said.out
        )
        assert "    bill 1  12.50 USD  no whole answer in time" in said.out
        await database.execute("DELETE FROM documents WHERE state = 'in_doubt'")
    said = await quick("status", f"--config={site.config}", around=around)
    assert said.code == Exit.WAITING_FOR_PERSON


async def test_verify_log_when_an_event_was_altered_then_named_and_exit_5(
    site: Site, fresh: str
) -> None:
    around = {"DATABASE_URL": fresh}
    assert (await quick("migrate", around=around)).code == Exit.OK

    async with PostgresDatabase.open(fresh) as database:
        log = PostgresLog(database, SystemClock())
        event = NewEvent(stream="service", type="RunStarted", body={"name": "engine"})
        author = Author(actor="service", run_id="run-1", correlation="run-1")
        await log.append("acme", [event, event, event], author=author)
        await database.execute("ALTER TABLE events DISABLE TRIGGER USER")
        await database.execute("UPDATE events SET actor = 'nobody' WHERE position = 2")
    said = await quick("verify-log", f"--config={site.config}", around=around)
    assert said.code == Exit.VERIFICATION_REFUSED
    assert said.out.startswith("acme: BROKEN at position 2: position 2: its hash does not follow")
    said = await quick("verify-log", "--json", f"--config={site.config}", around=around)
    assert (said.code, said.json["chain"]) == (Exit.VERIFICATION_REFUSED, "broken")
    assert said.json["tenants"]["acme"]["bad_position"] == 2


async def test_chain_watch_when_an_event_was_altered_then_alarm_and_reason(
    site: Site, fresh: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", fresh)
    async with foundation(load(site.config)) as ground:
        event = NewEvent(stream="service", type="RunStarted", body={"name": "engine"})
        author = Author(actor="service", run_id="run-1", correlation="run-1")
        await ground.log.append("acme", [event, event], author=author)
        metrics = Metrics()
        watch = ChainWatch(ground, metrics)
        name, labels = "procurify_syspro_chain_broken", {"tenant": "acme"}
        assert metrics.registry.get_sample_value(name, labels) == 0
        await watch.walk("acme")
        assert (metrics.registry.get_sample_value(name, labels), watch.troubles) == (0, [])
        await ground.database.execute("ALTER TABLE events DISABLE TRIGGER USER")
        await ground.database.execute("UPDATE events SET stream = 'other' WHERE position = 2")
        await watch.walk("acme")
        assert metrics.registry.get_sample_value(name, labels) == 1
        [trouble] = watch.troubles
        assert trouble.startswith("acme: the log is not as it was appended: position 2")


async def test_chain_watch_when_the_database_is_an_older_copy_than_before_then_alarm_and_reason(
    site: Site, fresh: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", fresh)
    async with foundation(load(site.config)) as ground:
        event = NewEvent(stream="service", type="RunStarted", body={"name": "engine"})
        author = Author(actor="service", run_id="run-1", correlation="run-1")
        [first, _] = await ground.log.append("acme", [event, event], author=author)
        watch = ChainWatch(ground, Metrics())
        await watch.walk("acme")
        await ground.database.execute("ALTER TABLE events DISABLE TRIGGER USER")
        await ground.database.execute("DELETE FROM events WHERE position = 2")
        await ground.database.execute(
            "UPDATE logs SET head_position = 1, head_hash = $1 WHERE tenant = 'acme'", first.hash
        )
        assert (await verify(ground.database, "acme")).is_whole
        await watch.walk("acme")
        [trouble] = watch.troubles
        assert trouble.startswith("acme: the log is not as it was appended: ")
        await watch.walk("acme")
        assert watch.troubles == [trouble]


async def test_run_d04_d17_when_the_log_is_older_than_it_was_then_refused_until_accepted(
    site: Site, fresh: str, tmp_path: Path
) -> None:
    around, config = {"DATABASE_URL": fresh}, tmp_path / "engine.toml"
    tree = read(site.config)
    tree["service"]["checkpoints"] = str(tmp_path / "kept")
    write(config, tree)
    assert (await quick("migrate", around=around)).code == Exit.OK
    accept = ("accept-log", f"--config={config}", "--actor=ada", "--reason=no newer one")
    assert (await quick(*accept, around=around)).code == Exit.ERROR
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/acme.json").write_text(f'{{"position": 3, "hash": "{"ab" * 32}"}}', "utf-8")

    said = await quick("run", f"--config={config}", around=around)
    assert said.code == Exit.VERIFICATION_REFUSED
    assert "the log of acme had come to event 3, and ends at 0" in said.err
    async with PostgresDatabase.open(fresh) as database:
        assert await PostgresLog(database, SystemClock()).read("acme", 0) == []

        assert (await quick(*accept, around=around)).code == Exit.OK
        [event] = await PostgresLog(database, SystemClock()).read("acme", 0)
    assert (event.type, event.actor) == ("LogBehindCheckpoint", "ada")
    assert event.body is not None
    assert (event.body["kept_position"], event.body["head_position"]) == (3, 0)
    assert (await quick(*accept, around=around)).code == Exit.ERROR


async def test_doctor_when_the_site_is_probed_then_every_assumption_is_told_and_kept(
    site: Site, fresh: str
) -> None:
    around, config = {"DATABASE_URL": fresh}, f"--config={site.config}"
    assert (await quick("migrate", around=around)).code == Exit.OK

    said = await quick("doctor", config, around=around)
    assert said.code == Exit.OK
    assert "ok    durability: what is committed is kept" in said.out
    assert "LOOK  rights: our role owns the events" in said.out
    assert "ok    syspro EDU1: operator PROCSYNC logs on" in said.out

    said = await quick("doctor", "--probe", "--actor=Dana", "--json", config, around=around)
    assert said.code == Exit.OK
    body = said.json["acme/EDU1"]
    assert (body["result"], body["test_company"]) == ("passed", "TST1")
    results = {finding["name"]: finding["result"] for finding in body["findings"]}
    assert results == {
        **dict.fromkeys(("A1", "A3", "A4", "A5", "A6", "U"), "passed"),
        "A2": "warned",
    }
    assert [made for made in body["documents"] if not made["cleared"]] == []
    assert (await site.oracle())["differences"] == []
    async with PostgresDatabase.open(fresh) as database:
        log = PostgresLog(database, SystemClock())
        events = await log.read_stream("acme", "probe/EDU1")
        assert [(event.type, event.actor) for event in events] == [
            ("ProbeRecorded", "bootstrap"),
            ("ProbeBegan", "Dana"),
            ("ProbeFinished", "Dana"),
        ]


async def test_probe_s37_when_a_session_shows_another_release_then_it_counts_no_more(
    site: Site, fresh: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", fresh)
    async with foundation(load(site.config)) as ground:
        vault = await ground.vault()
        await take_bootstrap(ground, vault)
        tenant = ground.config.tenant("acme")
        passed = {"result": "passed", "site": {"SysproVersion": "6.1"}}
        event = NewEvent(stream="probe/EDU1", type="ProbeFinished", body=passed)
        author = Author(actor="cli", run_id=ground.run_id, correlation=ground.run_id)
        await ground.log.append("acme", [event], author=author)
        async with syspro_company(ground, vault, tenant, tenant.companies[0]) as (opened, _):
            assert opened.probe.is_passed
            await opened.keeper.open()
            assert not opened.probe.is_passed


async def test_confirm_s34_when_a_line_is_stopped_then_status_says_so_and_a_person_lets_it_go_on(
    site: Site, fresh: str
) -> None:
    around, config = {"DATABASE_URL": fresh}, f"--config={site.config}"
    assert (await quick("migrate", around=around)).code == Exit.OK
    lines = (
        b'{"EDU1":{"holds":["S1|INV-1"],"since":"2026-11-30T03:00:00+00:00",'
        b'"why":["bill:acme/1 was settled as not there, and is there"]}}'
    )
    async with PostgresDatabase.open(fresh) as database:
        await database.execute("INSERT INTO facts VALUES ('acme', 'lines', $1)", lines)
        said = await quick("status", config, around=around)
        assert said.code == Exit.WAITING_FOR_PERSON
        assert "NOTHING IS POSTED to EDU1 since 2026-11-30 03:00:" in said.out
        assert "hold its payment: S1|INV-1" in said.out
        words = ("confirm", "EDU1", "--actor=Dana", "--reason=one was deleted", config)
        assert (await quick(*words, around=around)).code == Exit.OK
        log = PostgresLog(database, SystemClock())
        [released] = await log.read_stream("acme", "line/EDU1")
        assert (released.type, released.actor) == ("LineReleased", "Dana")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--company", "NONE"), "no company is called 'NONE'"),
        (("--probe", "--orders", "0"), "--orders is from 1 to 100"),
    ],
)
async def test_doctor_when_it_cannot_be_meant_then_a_usage_error(
    site: Site, fresh: str, words: tuple[str, ...], complaint: str
) -> None:
    said = await quick("doctor", *words, f"--config={site.config}", around={"DATABASE_URL": fresh})
    assert (said.code, said.complaint) == (Exit.USAGE, f"doctor: {complaint}")


async def test_replay_when_a_derived_row_was_altered_then_named_and_exit_5(
    site: Site, fresh: str
) -> None:
    around = {"DATABASE_URL": fresh}
    assert (await quick("ping", f"--config={site.config}", around=around)).code == Exit.OK
    said = await quick("replay", "--verify", f"--config={site.config}", around=around)
    assert (said.code, said.out.rstrip().rpartition(" ")[2]) == (Exit.OK, "identical")
    async with PostgresDatabase.open(fresh) as database:
        await database.execute(
            "INSERT INTO checkpoints VALUES ('acme', 'planning', 1, 0, '') ON CONFLICT DO NOTHING"
        )
        await database.execute("INSERT INTO facts VALUES ('acme', 'vendor:acme/1', '{}')")
    said = await quick("replay", "--verify", f"--config={site.config}", around=around)
    assert said.code == Exit.VERIFICATION_REFUSED
    assert "DIFFERENT" in said.out and "vendor:acme/1" in said.out


async def test_sandbox_when_its_port_is_taken_or_its_folder_is_none_then_one_sentence(
    site: Site, tmp_path: Path
) -> None:
    taken = site.ready["control_url"].rpartition(":")[2]
    words = ("sandbox", "--documents=0", f"--folder={tmp_path}")
    said = await verb(*words, f"--control-port={taken}")
    assert said.code == Exit.USAGE
    assert said.complaint.startswith("sandbox: the sandbox cannot start: ")
    assert said.complaint.endswith("choose other ports or another --folder")
    said = await verb("sandbox", "--documents=0", "--folder=/proc/none")
    assert said.code == Exit.USAGE
    assert said.complaint.startswith("sandbox: the sandbox cannot start: ")
    assert said.out == ""
