"""No secret occurs anywhere but in the vault and on the wire, whether all goes well or nothing."""

import base64
import json
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, quote_plus, unquote, unquote_plus

import pytest
from engine_site import Site, Tree, opened
from site_config import read, write
from site_programs import Program
from verb_site import Tap, page, port_of, quick, verb

from engine.cli.exits import Exit
from engine.db import Database
from engine.procurify.resources import enabled
from engine.standing import standing
from engine.syspro.transport import NOBODY

ODD = 'p"w/ü+&<%41\\x'
QUIET_VERBS = (
    ("status",), ("status", "--json"), ("audit", "PO-1042"), ("audit", "PO-1042", "--json"),
    ("verify-log", "--json"), ("replay", "--json"), ("credentials", "list", "--json"),
    ("map", "list"), ("ping",), ("poll",), ("doctor",), ("doctor", "--json"),
)  # fmt: skip


def spellings(secret: str) -> set[bytes]:
    """How a secret may stand in a text, a URL, a header, JSON or a dump of bytes."""
    raw = secret.encode()
    words = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), raw.hex()}
    words |= {json.dumps(word)[1:-1] for word in set(words)}
    words |= {json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1]}
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + raw).decode().rstrip("=")
        sure = coded[(0, 2, 3)[offset] : len(coded) - 1]
        words |= {sure, sure.replace("+", "-").replace("/", "_")}
    return {word.encode() for word in words if len(word) >= 6}


@dataclass(kw_only=True)
class Hunt:
    """Everything that was said, by where."""

    heard: dict[str, bytes] = field(default_factory=dict)

    def found(self, secrets: dict[str, str]) -> list[str]:
        """Which of the secrets was said where."""
        return [
            f"{name} in {place}"
            for place, raw in self.heard.items()
            for name, secret in secrets.items()
            for word in spellings(secret)
            if word in raw
        ]


async def dump(database: Database) -> bytes:
    """Every row of every table, bytes as they are and as hexadecimal digits."""
    rows = await database.fetch(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    )
    pieces: list[bytes] = []
    for row in rows:
        for each in await database.fetch(f'SELECT * FROM "{row["table_name"]}"'):
            for value in each.values():
                pieces.append(value if isinstance(value, bytes) else str(value).encode())
    assert len(rows) >= 10 and len(pieces) > 100
    return b"\n".join(pieces)


@dataclass(kw_only=True)
class Place:
    """A site whose both hosts are tapped, with its engine at DEBUG."""

    site: Site
    taps: dict[str, Tap]
    engine: Program
    port: int

    async def hunt(self, verbs: Iterable[tuple[str, ...]]) -> Hunt:
        """What every verb, the pages, the log and the tables hold; the engine is stopped."""
        hunt = Hunt(heard=shown_by_the_system(self.engine.child.pid))
        for path in ("/metrics", "/readyz", "/healthz"):
            hunt.heard[path] = (await page(self.port, path))[1].encode()
        await self.engine.stop()
        hunt.heard["the log of run"] = self.engine.words().encode()
        for words in verbs:
            said = await quick(*words, f"--config={self.site.config}")
            assert "Traceback" not in said.err
            hunt.heard[" ".join(words)] = (said.out + said.err).encode()
        hunt.heard["the tables"] = await dump(self.site.ground.database)
        return hunt


def shown_by_the_system(pid: int) -> dict[str, bytes]:
    """What others on the machine can see of the running engine, and of every command line."""
    own = Path(f"/proc/{pid}")
    lines = [line for line in (own / "limits").read_text().splitlines() if "core file" in line]
    assert [line.split()[4:6] for line in lines] == [["0", "0"]], "a crash would leave an image"
    heard = {name: (own / name).read_bytes() for name in ("environ", "cmdline")}
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            heard["every command line"] = heard.get("every command line", b"") + each.read_bytes()
    assert b"run" in heard["cmdline"].split(b"\0")
    return heard


def on_the_wire(tap: Tap, pattern: bytes) -> set[str]:
    """Whatever the pattern found on the wire, each in its own spelling."""
    return {unquote(found.decode()) for found in re.findall(pattern, bytes(tap.copy))}


@pytest.fixture
async def taps() -> AsyncIterator[dict[str, Tap]]:
    """A tap before Procurify and one before SYSPRO."""
    async with Tap().running() as procurify, Tap().running() as syspro:
        yield {"procurify": procurify, "syspro": syspro}


def tapped(tree: Tree, taps: dict[str, Tap]) -> None:
    """Both hosts are reached by way of the taps, and everything is logged."""
    tree["service"]["log_level"] = "DEBUG"
    tenant = tree["tenants"][0]
    tenant["procurify"]["base_url"] = taps["procurify"].before(tenant["procurify"]["base_url"])
    company = tenant["companies"][0]
    for key in ("base_url", "odata_url"):
        company[key] = taps["syspro"].before(company[key])


async def placed(site: Site, taps: dict[str, Tap]) -> Place:
    engine = await site.engine()
    return Place(site=site, taps=taps, engine=engine, port=await port_of(engine.words))


async def test_secrets_x08_x29_when_all_goes_well_then_they_are_nowhere(
    taps: dict[str, Tap],
) -> None:
    async with opened(documents=12, edit=lambda tree: tapped(tree, taps)) as site:
        place = await placed(site, taps)
        await site.settled()
        hunt = await place.hunt(QUIET_VERBS)
        bearers = on_the_wire(taps["procurify"], rb"Authorization: Bearer ([^\r\n]+)")
        sessions = on_the_wire(taps["syspro"], rb"UserId[=>]([^&<\s]+)") - {NOBODY}
        assert len(bearers) >= 2 and len(sessions) >= 2, "those of the engine and of its verbs"
        secrets = {
            **site_secrets(site),
            **{f"bearer token {number}": token for number, token in enumerate(sorted(bearers))},
            **{f"session {number}": token for number, token in enumerate(sorted(sessions))},
        }
        assert all(len(secret) >= 8 for secret in secrets.values()), secrets
        assert {name for name, raw in hunt.heard.items() if not raw} <= {"the log of run"}
        assert hunt.found(secrets) == []


def site_secrets(site: Site) -> dict[str, str]:
    """The secrets that the sandbox gave out, and the key of the vault."""
    return {
        "client secret": site.ready["procurify"]["client_secret"],
        "operator password": site.ready["syspro"]["operator_password"],
        "OData password": site.ready["syspro"]["odata_password"],
        "vault key": read(site.config)["vault"]["key"],
    }


async def test_secrets_x08_when_every_credential_is_refused_then_they_are_nowhere(
    taps: dict[str, Tap],
) -> None:
    wrong = {
        "procurify/acme/client_secret": f"refused-client-{ODD}",
        "syspro/EDU1/operator_password": f"refused-operator-{ODD}",
        "syspro/EDU1/company_password": f"refused-company-{ODD}",
        "syspro/EDU1/odata_password": f"refused-odata-{ODD}",
    }

    odata: list[str] = []

    def edit(tree: Tree) -> None:
        tapped(tree, taps)
        odata.append(tree["tenants"][0]["companies"][0].pop("odata_url"))
        tree["bootstrap"]["credentials"] |= wrong

    async with opened(documents=12, edit=edit) as site:
        place = await placed(site, taps)

        async def is_unready() -> bool:
            status, text = await page(place.port, "/readyz")
            return status == 503 and "client id or secret is refused" in text and "EDU1" in text

        await site.until(is_unready)
        await site.until(lambda: is_planned(site))
        await check_refused(place)
        hunt = await place.hunt(QUIET_VERBS[2:])
        hunt.heard["OData"] = await refused_by_odata(site, odata[0])
        echo = unquote_plus(bytes(taps["procurify"].copy).decode("utf-8", "replace"))
        assert echo.count("refused-client-") >= 2, "Procurify's 401 should echo the secret"
        assert hunt.found({**site_secrets(site), **wrong}) == []
        await check_status(site)


async def refused_by_odata(site: Site, url: str) -> bytes:
    """What `poll` says when OData refuses its password."""
    tree = read(site.config)
    tree["tenants"][0]["companies"][0]["odata_url"] = url
    file = site.folder / "odata.toml"
    write(file, tree)
    said = await quick("poll", "--side=syspro", "suppliers", f"--config={file}")
    assert said.code == Exit.REMOTE_UNAVAILABLE
    assert "401" in said.out
    return (said.out + said.err).encode()


async def is_planned(site: Site) -> bool:
    """Whether every poll of Procurify, and one of SYSPRO, is broken and shown as such."""
    found = await standing(site.ground.database, site.tenant)
    broken = {poll.stream for poll in found.polls if poll.broken}
    ours = {f"procurify/acme/{item.name}" for item in enabled(payment_methods=False)}
    return ours < broken


async def check_refused(place: Place) -> None:
    """The pages say that both hosts refuse us; the log says so once."""
    _, text = await page(place.port, "/metrics")
    for line in (
        'credential_refused{side="procurify",tenant="acme"} 1.0',
        'credential_refused{side="syspro",tenant="acme"} 1.0',
        'circuit_open{name="acme",side="procurify",tenant="acme"} 1.0',
        'circuit_open{name="EDU1",side="syspro",tenant="acme"} 1.0',
    ):
        assert f"procurify_syspro_{line}" in text
    words = place.engine.words()
    assert words.count("procurify bills is not read: the client id or secret is refused") == 1
    assert "Traceback" not in words
    assert (await page(place.port, "/healthz"))[0] == 200
    broken = [event.stream for event in await place.site.events("PollBroken")]
    ours = [stream for stream in broken if stream.startswith("poll/procurify/")]
    assert ours
    assert len(set(ours)) == len(ours)


async def check_status(site: Site) -> None:
    """What a person sees of it: which side, what came back, what to check."""
    said = await verb("status", f"--config={site.config}")
    assert said.code == Exit.OK
    assert "  Procurify was never read yet." in said.out
    assert "NOT READ: account codes, accounts, bills" in said.out
    assert "client id or secret refused by 127.0.0.1 (401): check both" in said.out
    assert "SYSPRO was never read yet." in said.out


async def test_credentials_when_set_while_the_engine_runs_then_used_and_never_shown(
    tmp_path: Path,
) -> None:
    async with opened(documents=0) as site:
        right = site.ready["procurify"]["client_secret"]
        tree = read(site.config)
        tree["bootstrap"]["credentials"]["procurify/acme/client_secret"] = "refused-client"
        write(site.config, tree)
        ping = await quick("ping", f"--config={site.config}")
        assert "FAIL acme procurify" in ping.out
        name = "procurify/acme/client_secret"
        said = await verb("credentials", "set", name, f"--config={site.config}", stdin=right)
        assert (said.code, said.out) == (Exit.OK, f"{name} of acme is set.\n")
        [event] = (await site.events("CredentialSet"))[-1:]
        assert (event.actor, dict(event.body or {})) == ("cli", {"name": name})
        ping = await quick("ping", f"--config={site.config}")
        assert ping.code == Exit.OK
        assert right not in ping.out + said.out + said.err


async def test_rotate_key_when_done_then_the_new_key_opens_and_the_old_is_refused(
    tmp_path: Path,
) -> None:
    keys = {name: tmp_path / name for name in ("old", "new")}
    for name, file in keys.items():
        file.write_text(base64.b64encode(name[0].encode() * 32).decode() + "\n", "ascii")
        file.chmod(0o400)

    def edit(tree: Tree) -> None:
        tree["vault"] = {"key_file": str(keys["old"])}

    async with opened(documents=0, edit=edit) as site:
        engine = await site.engine()
        await site.reached(60, at_most_s=30)
        words = ("credentials", "rotate-key", f"--new-key-file={keys['new']}")
        said = await verb(*words, "--json", f"--config={site.config}")
        assert said.code == Exit.OK
        assert said.json["rewrapped"] >= 1
        head = await site.head()
        await site.reached(head + 20, at_most_s=20)
        assert await engine.stop() == Exit.OK
        refused = await verb("run", f"--config={site.config}")
        assert refused.code == Exit.USAGE
        assert "the key-encryption key does not open the vault" in refused.err
        tree = read(site.config)
        tree["vault"] = {"key_file": str(keys["new"])}
        write(site.config, tree)
        ping = await quick("ping", f"--config={site.config}")
        assert ping.code == Exit.OK
        again = await quick(*words, "--json", f"--config={site.config}")
        assert again.json == {"rewrapped": 0}
        head = await site.head()
        await site.engine("again")
        await site.reached(head + 20, at_most_s=20)
        for file in keys.values():
            key = file.read_text("ascii").strip()
            assert key not in said.out + said.err + refused.err
            assert key.encode() not in await dump(site.ground.database)
