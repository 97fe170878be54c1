"""Every verb as a person meets it, beside a running engine, and after the engine has stopped."""

import asyncio
import re
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path

import pytest
from engine_site import Site, Tree, names, opened
from soak_site import MOST, taken
from verb_site import ROOT, Said, page, port_of, quick, series, verb

from engine.cli import VERBS
from engine.cli.exits import Exit
from engine.telemetry import METRICS

INNER_WORDS = re.compile(r"projection|checkpoint|shadow|fence|epoch|None|\bnull\b", re.IGNORECASE)
Ask = Callable[..., Awaitable[Said]]


@pytest.fixture(scope="module")
async def site() -> AsyncIterator[Site]:
    """One settled engine, still running, for the whole module."""

    async with opened(documents=60) as found:
        await found.engine()
        await found.settled()
        yield found


@pytest.fixture(scope="module")
async def ask(site: Site) -> Ask:
    """Runs a verb on the site's configuration."""

    async def asked(name: str, *words: str) -> Said:
        return await quick(name, *words, f"--config={site.config}")

    return asked


@pytest.fixture(scope="module")
async def stopped(site: Site) -> Site:
    """The same site once its engine was stopped as an administrator stops it."""
    assert await site.engines[0].stop() == Exit.OK
    return site


async def test_help_when_asked_of_script_and_module_then_both_are_the_same_parser() -> None:
    by_module = await verb("--help")
    script = "import sys; from engine.cli import main; sys.exit(main(['--help']))"
    child = await create_subprocess_exec(sys.executable, "-c", script, stdout=PIPE, cwd=ROOT)
    out, _ = await child.communicate()
    assert (by_module.code, child.returncode) == (0, 0)
    assert by_module.out == out.decode()
    assert all(f"    {known.name}" in by_module.out for known in VERBS)
    assert 'procurify-syspro = "engine.cli:main"' in (ROOT / "pyproject.toml").read_text("utf-8")


async def test_status_when_documents_are_held_then_says_who_must_do_what(site: Site) -> None:
    said = await verb("status", f"--config={site.config}")
    assert said.code == Exit.WAITING_FOR_PERSON
    assert said.err == ""
    assert "LINE_NO_ACCOUNT  A line has no ledger code." in said.out
    assert "whoever keeps the mappings: Approve an account mapping" in said.out
    assert re.search(r"purchase order P\S+ +[\d.]+ [A-Z]{3}  line \d: account 6990/", said.out)
    assert re.search(r"It waits for vendor \S+, which is held\.", said.out)
    assert re.search(r"It waits for purchase order P\S+, which is held\.", said.out)
    assert re.search(r"Outside SYSPRO, bills: [\d,]+\.\d\d CAD, ", said.out)
    assert re.search(r"At work: engine/run-\S+\.", said.out)
    assert re.search(r"Procurify was last read \d+ s ago\.", said.out)
    assert not INNER_WORDS.search(said.out), said.out


async def test_status_when_asked_as_json_then_it_is_the_oracle_s_and_adds_up(
    site: Site, ask: Ask
) -> None:
    said = await ask("status", "--json")
    assert said.code == Exit.WAITING_FOR_PERSON
    status = said.json
    assert names(status["held"]) == names((await site.oracle())["must_hold"])
    assert status["waiting"] == status["in_doubt"] == []
    assert status["ready"] == status["sending"] == 0
    books = (await site.state("purchase_orders,bills"))["procurify"]
    currencies = {
        ("purchase_order", str(row["id"])): row["currency"] for row in books["purchase_orders"]
    }
    currencies |= {("bill", row["uuid"]): row["currency"] for row in books["bills"]}
    held = names(status["held"]) & currencies.keys()
    assert set(status["value"]["held"]) == {currencies[name] for name in held}
    for entry in status["held"]:
        assert entry["sentence"].endswith("."), entry
        assert entry["who"] and entry["action"], entry
    tenant = status["tenants"]["acme"]
    assert len(tenant["engines"]) == 1
    assert all(poll["broken"] == "" and poll["age_s"] >= 0 for poll in tenant["polls"])


async def test_audit_when_asked_for_a_revised_order_then_tells_the_whole_story(
    site: Site,
) -> None:
    said = await verb("audit", "PO-1042", around={"PROCURIFY_SYSPRO_CONFIG": str(site.config)})
    assert said.code == Exit.OK
    assert said.out.startswith("Purchase order PO-1042 (purchase_order:acme/1042) of acme: in SYS")
    lines = [line.strip() for line in said.out.splitlines()]
    for needed in (
        "version: 1 → 2",
        "<OrderActionType>C</OrderActionType>",
        "<PostPurchaseOrders>",
    ):
        assert needed in lines
    assert any(re.match(r"order_items\[\d+\]\.quantity: \d+ → \d+", line) for line in lines)
    assert any(re.match(r'order_items\[\d+\]: ".+" added', line) for line in lines)
    for needed in (
        r"first read in Procurify",
        r"by poller in run-\S+, poll purchase_orders/\d+",
        r"about to create the purchase order in company EDU1 by PORTOI, our key P2.{15}, planned",
        r"about to change the purchase order",
        r"SYSPRO accepted it as \d{6}",
        r"read back from SYSPRO as \d{6}: equal to what was sent",
        r"nothing newer in Procurify",
    ):
        assert re.search(needed, said.out), needed


async def test_audit_when_asked_as_json_then_every_event_has_its_cause_and_hash(ask: Ask) -> None:
    [told] = (await ask("audit", "PO-1042", "--json")).json
    positions = [chapter["position"] for chapter in told["story"]]
    assert positions == sorted(positions)
    assert all(re.fullmatch("[0-9a-f]{64}", chapter["hash"]) for chapter in told["story"])
    types = [chapter["type"] for chapter in told["story"]]
    post = ["PostIntended", "PostAccepted", "PostVerified"]
    assert types == ["PurchaseOrderChanged", *post, "PurchaseOrderChanged", *post]
    for before, chapter in zip(told["story"], told["story"][1:], strict=False):
        if chapter["type"] in ("PostAccepted", "PostVerified"):
            assert chapter["causation"] == before["position"]
    assert told["story"][5]["causation"] >= told["story"][4]["position"]
    assert told["last_read"]["run_id"] == told["story"][0]["run_id"]
    assert "→" in told["story"][4]["changes"][0]
    assert told["story"][5]["xml_in"].startswith("<?xml")


async def test_audit_when_a_document_is_called_by_any_of_its_names_then_found(
    site: Site, ask: Ask
) -> None:
    held: list[Tree] = (await site.oracle())["must_hold"]
    bill = next(entry for entry in held if entry["cause"] == "TAX_UNMAPPED")
    vendor = next(entry for entry in held if entry["kind"] == "vendor")
    uuid = bill["source_id"]
    dashed = "-".join((uuid[:8], uuid[8:12], uuid[12:16], uuid[16:20], uuid[20:])).upper()
    for name in (bill["number"].lower(), dashed):
        [told] = (await ask("audit", name, "--json")).json
        assert told["document"] == f"bill:acme/{uuid}"
    [told] = (await ask("audit", vendor["number"], "--json")).json
    assert told["document"] == f"vendor:acme/{vendor['source_id']}"
    [order] = (await ask("audit", "1042", "--json")).json
    [same] = (await ask("audit", order["standing"]["syspro_key"], "--json")).json
    assert same["document"] == order["document"]


async def test_audit_when_a_document_is_held_then_says_why_and_who_acts(
    site: Site, ask: Ask
) -> None:
    held: list[Tree] = (await site.oracle())["must_hold"]
    bill = next(entry for entry in held if entry["cause"] == "TAX_UNMAPPED")
    said = await ask("audit", bill["number"])
    assert "needs somebody" in said.out.splitlines()[0]
    assert "  A tax has no tax code in SYSPRO. (Eco levy 2%)" in said.out.splitlines()
    assert "  whoever keeps the mappings: Approve a tax mapping." in said.out.splitlines()


async def test_audit_when_nothing_is_called_so_then_one_sentence_names_what_is_near(
    ask: Ask,
) -> None:
    said = await ask("audit", "PO-104")
    assert said.code == Exit.ERROR
    assert re.match(
        r"audit: tenant acme has no document called 'PO-104'; near it: .*10\d\d", said.complaint
    )


async def test_ping_when_an_engine_runs_then_its_session_is_left_alone(ask: Ask) -> None:
    said = await ask("ping")
    assert said.code == Exit.OK
    procurify, syspro = said.out.splitlines()
    assert re.match(r"ok   acme procurify acme: 127\.0\.0\.1 answers; readable: \d+ pur", procurify)
    assert re.match(
        r"ok   acme syspro EDU1: a running engine works as operator PROCSYNC, whose session was "
        r"left alone; it read SYSPRO \d+ s ago",
        syspro,
    )


@pytest.mark.parametrize(("side", "what"), [("procurify", "reads Proc"), ("syspro", "works as op")])
async def test_poll_when_an_engine_runs_then_it_is_refused_in_words(
    ask: Ask, side: str, what: str
) -> None:
    said = await ask("poll", "--side", side)
    assert said.code == Exit.ERROR
    assert said.complaint.startswith(f"poll: a running engine {what}")


async def settled_series(port: int) -> Mapping[str, float]:
    """What /metrics shows once its gauges, a few seconds old, have seen that all is settled."""
    async with asyncio.timeout(30):
        while True:
            shown = await series(port)
            moving = [
                key
                for key, value in shown.items()
                if value and re.match(r"procurify_syspro_(commands|documents)\{", key)
                if re.search(r'state="(ready|sending|sent|accepted|deferred|in_doubt)"', key)
            ]
            has_shown = any(key.startswith("procurify_syspro_commands{") for key in shown)
            if has_shown and not moving:
                return shown
            await asyncio.sleep(0.2)


async def test_metrics_when_a_run_has_settled_then_each_has_a_sensible_value(site: Site) -> None:
    shown = await settled_series(await port_of(site.engines[0].words))
    for metric in METRICS:
        name = f"{metric.name}_count" if metric.type == "histogram" else metric.name
        assert any(key.partition("{")[0] == name for key in shown), name

    def total(name: str, *labels: str) -> float:
        start = f"procurify_syspro_{name}{{"
        return sum(
            value
            for key, value in shown.items()
            if key.startswith(start) and all(label in key for label in labels)
        )

    oracle = await site.oracle()
    assert total("events_appended_total", 'type="PostIntended"') == total("post_seconds_count")
    assert total("answers_total", 'kind="accepted"') == total("answers_total") >= 30
    assert total("polls_total", 'side="procurify"', 'resource="bills"', "finished") > 3
    assert total("polls_total", 'side="syspro"', 'resource="invoices"', "finished") > 3
    assert total("polls_total", "broken") == 0
    assert total("polled_rows_total", 'resource="vendors"', "new") >= 12
    assert 0 <= total("good_poll_age_seconds", 'resource="bills"') < 10
    assert total("query_seconds_count", 'side="procurify"') > 50
    assert total("query_seconds_count", 'side="syspro"') > 50
    assert total("commands", 'state="verified"') == total("commands") >= 30
    assert total("documents", 'state="held"') + total("documents", 'state="waiting"') == len(
        oracle["must_hold"]
    )
    assert total("documents", 'state="ready"') == total("documents", 'state="sending"') == 0
    assert total("sessions_open") == 1
    assert total("rate_limit_waits_total") < total("query_seconds_count") / 10
    assert total("log_head") > 500
    assert 0 <= total("projection_lag_events") < 100
    for nought in (
        "in_doubt", "oldest_unsent_age_seconds", "session_evictions_total", "retries_total",
        "circuit_open", "projection_stopped", "credential_refused",
        "chain_broken",
    ):  # fmt: skip
        assert total(nought) == 0, nought


async def test_run_when_it_has_settled_then_it_takes_no_more_of_its_machine_than_is_said(
    site: Site,
) -> None:
    found = await taken(site, await port_of(site.engines[0].words))
    assert found.is_within(MOST), found


async def test_health_when_all_is_well_then_alive_and_ready(site: Site) -> None:
    port = await port_of(site.engines[0].words)
    assert await page(port, "/healthz") == (200, "alive\n")
    assert await page(port, "/readyz") == (200, '{"is_ready":true,"reasons":[]}')


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (("verify-log",), {"chain", "tenants"}),
        (("replay", "--verify"), {"replay", "tenants"}),
    ],
)
async def test_proofs_when_an_engine_runs_then_they_hold_in_text_and_json(
    ask: Ask, words: tuple[str, ...], keys: set[str]
) -> None:
    said = await ask(*words, "--json")
    assert said.code == Exit.OK
    assert set(said.json) == keys
    assert {said.json.get("chain"), said.json.get("replay")} & {"verified", "identical"}
    text = await ask(*words)
    assert text.code == Exit.OK
    assert re.match(r"acme: \d+ events", text.out)


async def test_credentials_when_listed_then_names_only(site: Site, ask: Ask) -> None:
    said = await ask("credentials", "list")
    assert said.code == Exit.OK
    assert [line.split() for line in said.out.splitlines()] == [
        ["acme", name, "set"]
        for name in (
            "procurify/acme/client_id", "procurify/acme/client_secret",
            "syspro/EDU1/company_password", "syspro/EDU1/odata_password",
            "syspro/EDU1/operator_password",
        )
    ]  # fmt: skip
    assert all(row["is_set"] for row in (await ask("credentials", "list", "--json")).json)


async def test_migrate_when_repeated_then_says_so(ask: Ask) -> None:
    assert (await ask("migrate")).out == "The schema is in place.\n"
    assert (await ask("migrate", "--json")).json == {"schema": "in place"}


async def test_map_when_a_missing_account_is_imported_then_its_documents_go_on(
    site: Site, ask: Ask, tmp_path: Path
) -> None:
    held: list[Tree] = (await ask("status", "--json")).json["held"]
    order = next(
        entry
        for entry in held
        if entry["reason"] == "LINE_NO_ACCOUNT" and entry["kind"] == "purchase_order"
    )
    file = tmp_path / "accounts.csv"
    file.write_text("kind,key,target,note\naccount,6990,6500-00,decided by finance\n", "utf-8")
    head = await site.head()
    shown = await ask("map", "import", str(file), "--dry-run")
    assert shown.out.splitlines()[:2] == [
        "  + account 6990 -> 6500-00",
        "1 added, 0 changed, 0 unchanged, 0 retired (nothing was approved: dry run).",
    ]
    done = await ask("map", "import", str(file), "--actor", "jo", "--json")
    counts = {"rows": 1, "changed": 0, "retired": 0, "forced": 0, "is_dry_run": False}
    assert done.json == {**counts, "added": 1, "unchanged": 0}
    again = await ask("map", "import", str(file), "--json")
    assert again.json == {**counts, "added": 0, "unchanged": 1}
    [approved] = await site.events("MappingApproved", after=head)
    assert approved.actor == "jo"

    async def is_there() -> bool:
        missing = names((await site.oracle())["missing"])
        return ("purchase_order", order["source_id"]) not in missing

    await site.until(is_there)
    [told] = (await ask("audit", order["number"], "--json")).json
    assert told["story"][1]["causation"] == approved.position
    listed = await ask("map", "list")
    assert re.search(r"account +6990 +6500-00 +decided by finance", listed.out)
    exported = tmp_path / "all.csv"
    assert (await ask("map", "export", str(exported))).code == Exit.OK
    assert (await ask("map", "import", str(exported), "--json")).json["changed"] == 0


async def test_verbs_when_the_engine_has_stopped_then_they_work_alone(
    stopped: Site, ask: Ask
) -> None:
    said = await ask("status")
    assert said.code == Exit.WAITING_FOR_PERSON
    assert "No engine is running: nothing is read or sent until `run` is started." in said.out
    ping = await ask("ping", "--json")
    assert ping.code == Exit.OK
    assert [answer["is_well"] for answer in ping.json] == [True, True]
    assert "operator PROCSYNC logs on to company" in ping.json[1]["text"]
    poll = await ask("poll", "bills", "vendors", "--json")
    assert poll.code == Exit.OK
    assert [outcome["resource"] for outcome in poll.json] == ["bills", "vendors"]
    text = await ask("poll", "--side", "syspro", "suppliers")
    assert re.search(r"suppliers +\d+ +0 +0 +\d+ +read to the end", text.out)
    assert (await ask("verify-log", "--json")).json["chain"] == "verified"
    opened_at = await stopped.events("SessionOpened")
    revoked = await stopped.events("SessionRevoked")
    assert len(opened_at) == len(revoked)
