"""The configuration: what loads, and one clear sentence for everything that does not."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from config_texts import KEY, SANDBOX, SITE, replaced

from engine.config import key_encryption_key, load
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


def test_load_when_the_file_is_the_sandboxes_then_every_value_is_there(write: Write) -> None:
    config = load(write(SANDBOX))
    [tenant] = config.tenants
    [company] = tenant.companies
    assert config.service.lease_ttl_s == 3
    assert config.database.folder == "run/pg"
    assert tenant.procurify.since == date(2026, 8, 1)
    assert tenant.procurify.schedule.interval_s("bills") == 0.3
    assert tenant.procurify.schedule.interval_s("vendors") == 1.0
    assert tenant.procurify.schedule.interval_s("vendor_payment_methods") is None
    assert company.drain_s == 3
    assert company.policy.body()["create_suppliers"] is True
    assert config.bootstrap is not None
    assert config.bootstrap.mappings[1].target == "EA"
    secret = config.bootstrap.credentials["procurify/acme/client_secret"]
    assert secret.get_secret_value() == "canary-secret"
    assert config.is_loopback()
    assert key_encryption_key(config.vault) == b"k" * 32


def test_load_when_only_what_is_required_is_given_then_defaults(write: Write) -> None:
    config = load(write(SITE))
    procurify, company = config.tenants[0].procurify, config.tenants[0].companies[0]
    assert procurify.requests_per_second == 3
    assert procurify.schedule.interval_s("purchase_orders") == 300
    assert procurify.schedule.interval_s("accounts") == 3600
    assert procurify.since is None
    assert (company.requests_per_second, company.timeout_s, company.drain_s) == (5, 120, 300)
    assert company.policy.create_suppliers is False
    assert config.bootstrap is None
    assert not config.is_loopback()
    assert config.tenant("acme") is config.tenants[0]
    with pytest.raises(KeyError):
        config.tenant("none")


def test_print_when_a_config_is_shown_then_no_secret(write: Write) -> None:
    shown = repr(load(write(SANDBOX)))
    assert "canary-secret" not in shown
    assert KEY not in shown


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "requests_per_second = 0\npage",
            "requests_per_secnd = 0\npage",
            "tenants[acme].procurify.requests_per_secnd: there is no such setting; "
            "did you mean requests_per_second?",
        ),
        (
            "[bootstrap.probe]",
            "[bootstrap.qqq]",
            "bootstrap.qqq: there is no such setting; known here: mappings, credentials, probe",
        ),
        ('operator = "PROCSYNC"\n', "", "tenants[acme].companies[EDU1].operator: is missing"),
        ('[[tenants]]\nname = "acme"', "[[tenants]]", "tenants[1].name: is missing"),
        ('kind="unit", ', "", "bootstrap.mappings[2].kind: is missing"),
        ("page_size = 50", 'page_size = "50"', "page_size: should be a whole number"),
        ("page_size = 50", "page_size = 0", "page_size: should be greater than or equal to 1"),
        ("timeout_s = 60", "timeout_s = -1", "timeout_s: should be greater than 0"),
        ("timeout_s = 60", "timeout_s = nan", "procurify.timeout_s: should be"),
        (
            "requests_per_second = 0\npage",
            "requests_per_second = -1\npage",
            "requests_per_second: should be greater than or equal to 0",
        ),
        ("bills = 0.3", "bills = 0.1", "schedule.bills: should be greater than or equal to 0.2"),
        ("bills = 0.3", "bills = 86401", "schedule.bills: should be less than or equal to 86400"),
        ('since = "2026-08-01"', 'since = "soon"', "procurify.since: Invalid isoformat string"),
        ('listen = "127.0.0.1:0"', 'listen = "here"', "service.listen: is not written as"),
        ('transport = "auto"', 'transport = "telex"', "transport: should be 'auto', 'get', 'post'"),
        ("drain_s = 3", "drain_s = 2", "companies[EDU1]: drain_s must be longer than timeout_s"),
        ('odata_user = "odata"', "", "companies[EDU1]: odata_url needs odata_user"),
        ('odata_user = "odata"', 'odata_user = "a:b"', "odata_user: must not hold a colon"),
        ('supplier_branch = "10"', "", "policy: create_suppliers needs supplier_branch and"),
        ('folder = "run/pg"', "", "database: needs url (a PostgreSQL of yours) or folder"),
        ('folder = "run/pg"', 'url = "mysql://x"', "database.url: must begin with postgresql://"),
        (f'key = "{KEY}"', "", "vault: exactly one of key_file, key_env and key must be given"),
        ('name = "acme"', 'name = "a/b"', "tenants[a/b].name: is not written as it must be"),
        ("[database]\nfolder", "[database]\nfolder = [1]\n[x]\nfolder", "x: there is no such"),
        ('EDU1 = "passed"', 'EDU1 = "failed"', "bootstrap.probe.EDU1: should be 'passed'"),
    ],
)
def test_load_when_one_setting_is_wrong_then_a_sentence_names_it(
    write: Write, old: str, new: str, sentence: str
) -> None:
    text = refused(write(replaced(SANDBOX, old, new)))
    assert sentence in text
    assert "canary-secret" not in text
    assert KEY not in text


def test_load_when_several_settings_are_wrong_then_one_line_for_each(write: Write) -> None:
    broken = replaced(replaced(SANDBOX, "page_size = 50", "page_size = 0"), "drain_s = 3", "")
    lines = refused(write(broken.replace('operator = "PROCSYNC"\n', ""))).splitlines()
    assert lines[0].endswith("engine.toml:")
    assert len(lines) == 3
    assert "page_size" in lines[1]
    assert "operator" in lines[2]


@pytest.mark.parametrize("text", ["", "tenants = []\n[database]\nfolder='x'\n[vault]\nkey='x'"])
def test_load_when_there_is_no_tenant_then_refused(write: Write, text: str) -> None:
    assert re.search(r"tenants: (is missing|.*at least 1 item)", refused(write(text)))


def company(name: str, operator: str, base_url: str = "https://syspro.example.com/Rest") -> str:
    return (
        f'[[tenants.companies]]\ncompany = "{name}"\noperator = "{operator}"\n'
        f'base_url = "{base_url}"\n'
    )


def tenant(name: str) -> str:
    return (
        f'[[tenants]]\nname = "{name}"\n[tenants.procurify]\nsource = "{name}"\n'
        f'base_url = "https://{name}.procurify.com"\n'
    )


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (
            company("B", "procsync", "https://other.example.com/Rest"),
            "tenants[acme].companies[B].operator: procsync already serves "
            "tenants[acme].companies[A]; an operator serves one company of one tenant",
        ),
        (
            tenant("beta") + company("A", "PROCSYNC", "https://SYSPRO.example.com:443/other"),
            "tenants[beta].companies[A].operator: PROCSYNC already serves",
        ),
        (tenant("acme") + company("A", "SECOND"), "the name is given to two tenants"),
        (company("A", "SECOND"), "tenants[acme]: company A is listed twice"),
        (
            f'[bootstrap.probe]\nA = "passed"\n# {KEY}',
            "bootstrap: only when every host is this machine; tenants[acme].procurify.base_url",
        ),
    ],
)
def test_load_when_tables_contradict_each_other_then_refused(
    write: Write, more: str, sentence: str
) -> None:
    assert sentence in refused(write(SITE + more))


def test_load_when_the_same_operator_is_on_another_host_then_accepted(write: Write) -> None:
    more = tenant("beta") + company("A", "PROCSYNC", "https://other.example.com/Rest")
    assert len(load(write(SITE + more)).tenants) == 2


def test_load_when_the_key_is_inline_but_a_host_is_remote_then_refused(write: Write) -> None:
    text = replaced(SITE, 'key_env = "VAULT_KEY"', f'key = "{KEY}"')
    assert "vault.key: only when every host is this machine" in refused(write(text))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("https://acme.procurify.com", "http://acme.procurify.com", "plain http sends"),
        (
            "https://acme.procurify.com",
            "https://acme.procurify.com.evil.example",
            "base_url: the host is not below procurify.com",
        ),
        (
            '"https://acme.procurify.com"',
            '"https://acme.procurify.com"\ntoken_url = "https://evil.example/token"',
            "token_url: the host is not below procurify.com",
        ),
        (
            '"https://acme.procurify.com"',
            '"https://acme.procurify.com"\nschedule = {bills = 5}',
            "schedule: less than 60 s is for hosts on this machine only",
        ),
        (
            'operator = "PROCSYNC"',
            'operator = "PROCSYNC"\ndrain_s = 299',
            "drain_s: less than 300 s is for hosts on this machine only",
        ),
        (
            'operator = "PROCSYNC"',
            'operator = "PROCSYNC"\ncut_off = "17:60"',
            "companies[A].cut_off: is not written as it must be",
        ),
        (
            'operator = "PROCSYNC"',
            'operator = "PROCSYNC"\nread_every_s = 1',
            "read_every_s: less than 60 s",
        ),
        (
            "https://syspro.example.com",
            "https://169.254.169.254",
            "base_url: the host is a link-local or metadata address",
        ),
        (
            'operator = "PROCSYNC"',
            'operator = "X"\nodata_user = "u"\nodata_url = "http://syspro.example.com/o"',
            "odata_url: plain http sends",
        ),
        ("key_env", "key_environment", "did you mean key_env?"),
    ],
)
def test_load_when_a_host_is_not_safe_then_refused(
    write: Write, old: str, new: str, sentence: str
) -> None:
    assert sentence in refused(write(replaced(SITE, old, new)))


def test_load_when_the_exceptions_are_asked_for_then_accepted(write: Write) -> None:
    text = replaced(
        SITE,
        '"https://acme.procurify.com"',
        '"http://gateway.example.com"\nallow_plain_http = true\nallow_other_host = true\n'
        'token_url = "http://gateway.example.com/oauth/token"',
    )
    assert load(write(text)).tenants[0].procurify.allow_other_host
