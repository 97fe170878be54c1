"""What a person sees when something given to the engine is wrong; and nothing is lost by it."""

import base64
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from engine_site import Site, Tree, opened
from site_config import read, write
from verb_site import Said, fresh_database, peer, quick, verb

from engine.cli.exits import Exit

Edit = Callable[[Tree], None]
SECRETS = re.compile(r"canary-|wrong-[a-z]+-secret|OlmJ")


@pytest.fixture(scope="module")
async def site() -> AsyncIterator[Site]:
    """Both sandboxes without a document; no engine runs."""
    async with opened(documents=0) as found:
        yield found


@pytest.fixture
async def fresh(site: Site) -> AsyncIterator[str]:
    """The address of an empty database on the site's own server, as durable as a real one."""
    async with fresh_database(site) as url:
        yield url


@pytest.fixture
def tree(site: Site) -> Tree:
    """The sandbox's configuration, to be spoilt."""
    return read(site.config)


@pytest.fixture
def spoilt(tree: Tree, tmp_path: Path) -> Callable[[Edit], Path]:
    """A configuration file with a fault."""

    def spoil(edit: Edit) -> Path:
        edit(tree)
        file = tmp_path / "engine.toml"
        write(file, tree)
        return file

    return spoil


@asynccontextmanager
async def answering(text: str, kind: str, status: int = 200) -> AsyncIterator[str]:
    """A host that answers everything with one text."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=text, content_type=kind, status=status)

    async with peer(answer) as url:
        yield url


async def pinged(file: Path, url: str) -> tuple[Tree, Tree, Said]:
    """What `ping` says of either side; it can never be used as it is."""
    said = await quick("ping", "--json", f"--config={file}", around={"DATABASE_URL": url})
    assert said.code == Exit.REMOTE_UNAVAILABLE
    assert said.err == ""
    assert not SECRETS.search(said.out)
    procurify, syspro = said.json
    return procurify, syspro, said


def at(url: str) -> Edit:
    """Both sides are sought at that address."""

    def edit(tree: Tree) -> None:
        tenant = tree["tenants"][0]
        tenant["procurify"]["base_url"] = url
        tenant["companies"][0]["base_url"] = f"{url}/SYSPROWCFService/Rest"
        tenant["companies"][0]["odata_url"] = f"{url}/SYSPRO8Odata/SYSPROOData/EDU1"

    return edit


async def test_ping_when_secrets_are_wrong_then_says_which_and_what_to_check(
    spoilt: Callable[[Edit], Path], fresh: str
) -> None:
    def edit(tree: Tree) -> None:
        tree["bootstrap"]["credentials"] |= {
            "procurify/acme/client_secret": "wrong-client-secret",
            "syspro/EDU1/operator_password": "wrong-operator-secret",
        }

    procurify, syspro, _ = await pinged(spoilt(edit), fresh)
    assert procurify["error"] == "Unauthorized"
    assert procurify["text"] == (
        "client id or secret refused by 127.0.0.1 (401): check both, and that the API application "
        "and its owner are active in Procurify"
    )
    assert syspro["error"] == "CredentialsRefused"
    assert re.search(r"Logon of operator PROCSYNC to company EDU1 at 127", syspro["text"])
    assert "syspro/EDU1/operator_password" in syspro["text"]


async def test_ping_when_nobody_listens_then_says_that_the_host_cannot_be_reached(
    spoilt: Callable[[Edit], Path], fresh: str, free_port: Callable[[], int]
) -> None:
    procurify, syspro, _ = await pinged(spoilt(at(f"http://127.0.0.1:{free_port()}")), fresh)
    assert "127.0.0.1: cannot be reached; check base_url and the network" in procurify["text"]
    assert re.search(r"127\.0\.0\.1.*(cannot be reached|connect)", syspro["text"])


async def test_ping_when_the_subdomain_or_path_is_wrong_then_points_at_base_url(
    spoilt: Callable[[Edit], Path], fresh: str
) -> None:
    async with answering("not here", "text/plain", 404) as url:
        procurify, syspro, _ = await pinged(spoilt(at(url)), fresh)
    assert "check base_url (the subdomain)" in procurify["text"]
    assert "404" in syspro["text"] and "base_url" in syspro["text"]


async def test_ping_when_a_web_page_answers_then_says_so(
    spoilt: Callable[[Edit], Path], fresh: str
) -> None:
    async with answering("<html><body>Welcome</body></html>", "text/html") as url:
        procurify, syspro, _ = await pinged(spoilt(at(url)), fresh)
    assert "a web page instead of a token; check base_url" in procurify["text"]
    assert "web page" in syspro["text"] and "base_url" in syspro["text"]


async def test_ping_when_answers_are_malformed_then_says_so_and_quotes_nothing(
    spoilt: Callable[[Edit], Path], fresh: str
) -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.path == "/oauth/token":
            return web.json_response({"access_token": "a.b.c", "expires_in": 3600})
        if "/Logon" in request.path:
            return web.Response(text=f"{'A' * 32}00")
        if "Rest" in request.path:
            return web.Response(text="<SystemInfo><Company>unfinished", content_type="text/xml")
        return web.Response(text='{"data": [{"id": 1', content_type="application/json")

    async with peer(answer) as url:
        procurify, syspro, said = await pinged(spoilt(at(url)), fresh)
    assert procurify["error"] == syspro["error"] == "Malformed"
    assert procurify["text"].startswith("127.0.0.1: the purchase orders cannot be read: not strict")
    assert "unfinished" not in said.out and "a.b.c" not in said.out


async def test_poll_when_a_reply_is_malformed_then_the_log_says_so_and_nothing_else_changes(
    site: Site, spoilt: Callable[[Edit], Path]
) -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.path == "/oauth/token":
            return web.json_response({"access_token": "a.b.c", "expires_in": 3600})
        return web.Response(text='{"data": [{"id": 1', content_type="application/json")

    first = await quick("poll", "vendors", f"--config={site.config}", "--json")
    assert first.code == Exit.OK
    head = await site.head()
    async with peer(answer) as url:
        said = await quick("poll", "vendors", f"--config={spoilt(at(url))}")
    assert said.code == Exit.REMOTE_UNAVAILABLE
    assert re.search(r"vendors +0 +0 +0 +0 +vendors: page 1 cannot be read: ", said.out)
    added = await site.ground.log.read(site.tenant, head)
    assert [event.type for event in added] == ["PollBroken"]


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda tree: tree["tenants"][0].pop("procurify"), "tenants[acme].procurify: is missing"),
        (
            lambda tree: tree["tenants"][0]["procurify"].update(page_sise=50),
            "tenants[acme].procurify.page_sise: there is no such setting; did you mean page_size?",
        ),
        (
            lambda tree: tree["tenants"][0]["companies"][0].update(timeout_s="soon"),
            "tenants[acme].companies[EDU1].timeout_s: should be a number",
        ),
        (
            lambda tree: tree["tenants"][0]["procurify"].update(base_url="http://acme.example.com"),
            "tenants[acme].procurify: base_url: plain http sends credentials unsealed",
        ),
        (lambda tree: tree["vault"].update(key="short"), "the key-encryption key must be"),
    ],
)
async def test_verb_when_a_setting_is_wrong_then_one_line_names_it(
    spoilt: Callable[[Edit], Path], fresh: str, edit: Edit, sentence: str
) -> None:
    file = spoilt(edit)
    said = await quick("ping", f"--config={file}", around={"DATABASE_URL": fresh})
    assert said.code == Exit.USAGE
    assert sentence in said.err
    assert len(said.err.splitlines()) <= 2 and "Traceback" not in said.err
    assert not SECRETS.search(said.err)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "there is no such configuration file"),
        (b"[service", "is not TOML"),
        (b"\xff\xfe", "is not UTF-8 text"),
        ("folder", "cannot be read: Is a directory"),
    ],
)
async def test_verb_when_the_file_cannot_be_used_then_says_why(
    tmp_path: Path, content: bytes | str | None, sentence: str
) -> None:
    file = tmp_path / "engine.toml"
    if content == "folder":
        file.mkdir()
    elif isinstance(content, bytes):
        file.write_bytes(content)
    said = await quick("status", "--json", f"--config={file}")
    assert said.code == Exit.USAGE
    assert said.complaint.startswith(f"status: {file}: {sentence}")
    assert said.json == {
        "error": "Misconfigured", "text": said.complaint.removeprefix("status: "), "exit": 2
    }  # fmt: skip


async def test_verb_when_no_file_is_named_then_says_how_to_name_one() -> None:
    said = await quick("status")
    assert said.code == Exit.USAGE
    assert said.complaint == (
        "status: no configuration file: give --config FILE or set PROCURIFY_SYSPRO_CONFIG"
    )


async def test_verb_when_the_key_is_another_one_then_refused_and_nothing_changes(
    spoilt: Callable[[Edit], Path], fresh: str
) -> None:
    around = {"DATABASE_URL": fresh}
    good = spoilt(lambda tree: None)
    assert (await quick("ping", f"--config={good}", around=around)).code == Exit.OK
    before = await quick("verify-log", "--json", f"--config={good}", around=around)
    bad = spoilt(lambda tree: tree["vault"].update(key=base64.b64encode(b"x" * 32).decode()))
    for name, run in (("run", verb), ("ping", quick), ("poll", quick)):
        said = await run(name, f"--config={bad}", around=around)
        assert said.code == Exit.USAGE, said
        assert "the key-encryption key does not open the vault" in said.err
        assert "check [vault] key_file or key_env (nothing was changed)" in said.err
        assert "Traceback" not in said.err
    after = await quick("verify-log", "--json", f"--config={bad}", around=around)
    assert after.json == before.json


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("kind,key\naccount,1\n", "line 1: column 'target' is missing"),
        ("kind,key,target\nledger,1,2\n", "line 2, column kind: 'ledger' is not one of vendor"),
        ("kind,key,target\nunit,BX,\n", "line 2, column target: is empty"),
        (
            "kind,key,target\nunit,BX,EA\nunit,BX,KG\n",
            "line 3, column key: unit BX stands on line 2 already",
        ),
        ('kind,key,target\nunit,"BX,EA\n', "not CSV"),
        ("", "line 1: column 'kind' is missing"),
    ],
)
async def test_map_import_when_the_file_has_a_fault_then_refused_whole(
    site: Site, tmp_path: Path, text: str, sentence: str
) -> None:
    file = tmp_path / "map.csv"
    file.write_text(text, "utf-8")
    head = await site.head()
    said = await quick("map", "import", file, f"--config={site.config}")
    assert said.code == Exit.ERROR
    assert sentence in said.err
    assert re.search(r"map: .*map\.csv: \d faults?, nothing was imported", said.err)
    assert await site.head() == head


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("map", "import", "/nowhere/map.csv"), 2, "cannot be read: No such file or directory"),
        (("map", "import"), 2, "map import needs a file"),
        (("map", "export", "/nowhere/map.csv"), 2, "cannot be written: No such file or directory"),
        (("status", "--tenant=zz"), 2, "no tenant is called 'zz'; there are acme"),
        (("audit", "PO-99999"), 1, "tenant acme has no document called 'PO-99999'"),
        (("audit", "'; DROP TABLE events"), 1, "tenant acme has no document called"),
        (("poll", "--side=syspro", "cheques"), 2, "SYSPRO has no cheques; there are periods"),
        (("poll", "cheques"), 2, "cheques"),
        (("credentials", "set"), 2, "name one of procurify/acme/client_id"),
        (("credentials", "set", "x/y"), 2, "no credential is called 'x/y'; there are procurify/"),
        (("credentials", "set", "procurify/acme/client_id"), 2, "the old value stays"),
        (("credentials", "rotate-key"), 2, "rotate-key needs --new-key-file FILE"),
        (("credentials", "rotate-key", "--new-key-file=/no"), 2, "/no cannot be read as a key"),
        (("run", "--listen=nowhere"), 2, "--listen 'nowhere': give HOST:PORT"),
        (("run", "--listen=127.0.0.1:99999"), 2, "--listen '127.0.0.1:99999': give HOST:PORT"),
    ],
)
async def test_verb_when_what_it_is_given_is_unknown_then_one_sentence_and_the_log_is_as_it_was(
    site: Site, words: tuple[str, ...], code: int, sentence: str
) -> None:
    head = await site.head()
    run = verb if words[0] == "run" else quick
    said = await run(*words, f"--config={site.config}")
    assert said.code == code, said
    assert sentence in said.err
    assert "Traceback" not in said.err
    assert words[0] == "run" or said.complaint
    assert await site.head() == head


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("postgresql://nobody:canary-database@127.0.0.1:1/none", Exit.REMOTE_UNAVAILABLE),
        ("mysql://nobody:canary-database@127.0.0.1/none", Exit.USAGE),
    ],
)
async def test_verb_when_the_database_is_not_there_then_says_so_without_its_password(
    site: Site, url: str, code: int
) -> None:
    said = await quick("status", f"--config={site.config}", around={"DATABASE_URL": url})
    assert said.code == code
    assert said.err.startswith("status: ") and "Traceback" not in said.err
    assert not SECRETS.search(said.err)
