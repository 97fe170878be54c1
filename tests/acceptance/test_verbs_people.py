"""What people decide, approve and set at the command line, beside a running engine."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from engine_site import Site, Tree, opened
from verb_site import Said, quick

from engine.cli.exits import Exit

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


async def test_decision_when_a_person_holds_and_releases_then_the_engine_follows(
    site: Site, ask: Ask
) -> None:
    held: list[Tree] = (await ask("status", "--json")).json["held"]
    number = next(str(e["number"]) for e in held if e["reason"] == "LINE_NO_ACCOUNT")

    async def reason() -> str:
        [told] = (await ask("audit", number, "--json")).json
        return str(told["standing"]["reason"])

    async def is_held() -> bool:
        return await reason() == "HELD_BY_PERSON"

    async def is_released() -> bool:
        return await reason() == "LINE_NO_ACCOUNT"

    said = await ask("hold", number, "--reason", "price is argued", "--actor", "jo")
    assert (said.code, said.out.split(" (")[0]) == (Exit.OK, f"{number}: held")
    await site.until(is_held)
    assert "held by a person: price is argued" in (await ask("audit", number)).out
    assert "by jo in" in (await ask("audit", number)).out
    refused = await ask("retry", number, "--reason", "again")
    assert (refused.code, refused.complaint[:6]) == (Exit.ERROR, "retry:")
    assert (await ask("release", number, "--reason", "settled", "--json")).code == Exit.OK
    await site.until(is_released)


async def test_policy_when_a_person_names_an_owner_then_status_says_it(
    site: Site, ask: Ask
) -> None:
    said = await ask("policy", "set", "owner_source", "Jo in finance", "--reason", "holidays")
    assert said.out == "EDU1: owner_source is Jo in finance\n"

    async def is_said() -> bool:
        return "    Jo in finance: Approve an account mapping" in (await ask("status")).out

    await site.until(is_said)
    shown = await ask("policy", "show", "owner_source")
    assert shown.out.splitlines()[3].split()[:4] == ["owner_source", "Jo", "in", "finance"]
    assert (await ask("policy", "set", "mode_bill", "on", "--reason", "x")).code == Exit.ERROR
    undone = await ask("policy", "unset", "owner_source", "--reason", "back")
    assert undone.out == "EDU1: owner_source is as in the file again\n"


async def test_map_when_exported_then_importing_it_changes_nothing(
    ask: Ask, tmp_path: Path
) -> None:
    file = tmp_path / "all.csv"
    assert (await ask("map", "export", str(file))).code == Exit.OK
    again = await ask("map", "import", str(file), "--retire-missing", "--json")
    counts = {name: again.json[name] for name in ("added", "changed", "retired", "forced")}
    assert counts == {"added": 0, "changed": 0, "retired": 0, "forced": 0}
    assert again.json["rows"] == again.json["unchanged"] == len(file.read_text().splitlines()) - 1
    waiting = (await ask("map", "unmapped", "--json")).json
    assert "account" in {one["kind"] for one in waiting}
    assert all(one["documents"] >= 1 for one in waiting)
    assert (await ask("map", "check")).code == Exit.OK
    file.write_text("kind,key,target\naccount,6100,9999-99\n", "utf-8")
    refused = await ask("map", "import", str(file))
    assert refused.code == Exit.ERROR
    assert "account 6100 -> 9999-99: EDU1 has no ledger code 9999-99" in refused.err
