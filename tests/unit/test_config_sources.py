"""Where the configuration comes from: the file, the environment, the key; and what it may say."""

from collections.abc import Callable
from pathlib import Path

import pytest
from config_texts import KEY, SANDBOX, SITE, replaced

from engine.config import Config, environment, key_encryption_key, load, settings
from engine.errors import Misconfigured

Write = Callable[[str], Path]


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "PG_BIN", "PROCURIFY_SYSPRO_CONFIG", "VAULT_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(text: str) -> Path:
        path = tmp_path / "engine.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def refused(path: Path) -> str:
    with pytest.raises(Misconfigured) as caught:
        load(path)
    return str(caught.value)


def test_load_when_database_url_is_set_then_it_wins(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/db")
    for text in (SANDBOX, replaced(SANDBOX, '[database]\nfolder = "run/pg"\n', "")):
        url = load(write(text)).database.url
        assert url.get_secret_value() == "postgresql://elsewhere/db"
    assert environment().database_url.get_secret_value() == "postgresql://elsewhere/db"
    assert "elsewhere" not in repr(environment())


def test_load_when_no_path_is_given_then_the_environment_names_it(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Misconfigured, match="give --config FILE or set PROCURIFY_SYSPRO_CONFIG"):
        load()
    monkeypatch.setenv("PROCURIFY_SYSPRO_CONFIG", str(write(SANDBOX)))
    assert isinstance(load(), Config)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"[service\n", "is not TOML"),
        (b"a = 1\na = 2\n", "is not TOML"),
        (b"\xff", "is not UTF-8 text"),
        (b"database = 3\n", "database: should be a table"),
    ],
)
def test_load_when_the_file_is_broken_then_it_says_so(
    tmp_path: Path, raw: bytes, sentence: str
) -> None:
    path = tmp_path / "engine.toml"
    path.write_bytes(raw)
    assert sentence in refused(path)


def test_load_when_the_file_is_not_there_then_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "there is no such configuration file" in refused(tmp_path / "none.toml")
    assert "cannot be read" in refused(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "postgresql://x")
    path = tmp_path / "engine.toml"
    path.write_text("database = 3\n")
    assert "tenants: is missing" in refused(path)


def test_key_when_it_is_in_a_file_or_the_environment_then_read_from_there(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = load(write(SITE)).vault
    with pytest.raises(Misconfigured, match="environment variable VAULT_KEY is not set"):
        key_encryption_key(vault)
    monkeypatch.setenv("VAULT_KEY", KEY)
    assert key_encryption_key(vault) == b"k" * 32
    path = tmp_path / "kek"
    vault = load(write(replaced(SITE, 'key_env = "VAULT_KEY"', f"key_file = '{path}'"))).vault
    with pytest.raises(Misconfigured, match="cannot be read as a key: FileNotFoundError"):
        key_encryption_key(vault)
    path.write_text(KEY + "\n")
    assert key_encryption_key(vault) == b"k" * 32


@pytest.mark.parametrize(("text", "sentence"), [("*", "base64 of 32"), ("QUJD", "not 3")])
def test_key_when_malformed_then_refused_without_repeating_it(
    write: Write, monkeypatch: pytest.MonkeyPatch, text: str, sentence: str
) -> None:
    monkeypatch.setenv("VAULT_KEY", text)
    with pytest.raises(Misconfigured, match=sentence) as caught:
        key_encryption_key(load(write(SITE)).vault)
    assert text not in str(caught.value)


def test_settings_when_listed_then_each_has_a_type_a_default_and_a_meaning() -> None:
    found = {setting.name: setting for setting in settings()}
    assert found["service.lease_ttl_s"].default == "30"
    assert found["tenants[].procurify.base_url"].default == "required"
    assert found["tenants[].companies[].policy.po_numbering"].type == "auto or manual or prefix"
    assert found["tenants[].companies[].allow_plain_http"].default == "false"
    assert found["tenants[].procurify.since"].type == "date"
    assert found["bootstrap.mappings[].kind"].type == "text"
    assert found["bootstrap.credentials"].type == "table"
    assert found["database.url"].default == "not set"
    assert found["$DATABASE_URL"].type == "secret text"
    assert len(found) == len(settings())
    for setting in found.values():
        assert setting.meaning.endswith((".", ".”")), setting.name
        assert setting.type
        assert setting.default


@pytest.mark.parametrize("sign", ["\\r", "\\n", "\\r\\nX-Evil: 1", "\\u0000", " ", "\\u2028"])
@pytest.mark.parametrize(
    "old",
    [
        'operator = "PROCSYNC"',
        'company = "A"',
        'source = "acme"',
        'name = "acme"',
        '"https://acme.procurify.com"',
        '"https://syspro.example.com/SYSPROWCFService/Rest"',
    ],
)
def test_load_x05_when_a_name_could_split_a_header_then_refused(
    write: Write, old: str, sign: str
) -> None:
    assert "Evil" not in refused(write(replaced(SITE, old, f'{old[:-1]}{sign}"')))
