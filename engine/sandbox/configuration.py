"""The configuration file with which the engine runs against this sandbox as it stands.

TOML, readable by its owner only: it holds the sandbox's secrets, which look like canaries so that
a leak is easy to find. Fast polls, pace and rate lifted, short time-outs, bootstrap mappings.
"""

import base64
import json
import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from engine.sandbox.scenario.companies import Company
from engine.sandbox.scenario.scenario import MappingRow, Scenario, mapping_rows

DOMAIN = "acme"
ODATA_USER = "ODATAREAD"
DAYS_BACK = 7
FEW = 1000
"""Up to so many documents everything is read several times a second, beyond them less often."""
ENET_PATH = "/SYSPROWCFService/Rest"
ODATA_PATH = "/SYSPRO8Odata/SYSPROOData/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """The random secrets of one run of the sandbox; passwords of `operators` by their codes."""

    client_id: str
    client_secret: str
    operators: Mapping[str, str]
    odata_password: str
    vault_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """The origins that listen, without a path."""

    procurify: str
    syspro: str
    control: str

    @property
    def enet(self) -> str:
        """The base URL of the e.net REST service."""
        return self.syspro + ENET_PATH

    def odata(self, company: Company) -> str:
        """The base URL of the company's OData service."""
        return f"{self.syspro}{ODATA_PATH}{company.id}"


def draw_secrets(companies: Sequence[Company]) -> Secrets:
    """New secrets from the system's randomness."""
    return Secrets(
        client_id=f"sandbox-{secrets.token_hex(8)}",
        client_secret=f"canary-client-{secrets.token_hex(16)}",
        operators={
            company.operator: f"canary-operator-{secrets.token_hex(12)}" for company in companies
        },
        odata_password=f"canary-odata-{secrets.token_hex(12)}",
        vault_key=base64.b64encode(secrets.token_bytes(32)).decode(),
    )


def write_configuration(
    folder: Path, scenario: Scenario, addresses: Addresses, drawn: Secrets
) -> Path:
    """The file's path; it is complete, and only its owner may read it."""
    path = folder / "engine.toml"
    text = "\n".join(_lines(folder, scenario, addresses, drawn)) + "\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def _lines(folder: Path, scenario: Scenario, addresses: Addresses, drawn: Secrets) -> Iterable[str]:
    since = (scenario.anchor - timedelta(days=DAYS_BACK)).isoformat()
    yield from _table("[service]", {"name": "engine", "listen": "127.0.0.1:0", "lease_ttl_s": 3})
    yield from _table("[database]", {"folder": str(folder / "pg")})
    yield from _table("[vault]", {"key": drawn.vault_key})
    yield from _table("[[tenants]]", {"name": DOMAIN})
    procurify: dict[str, str | int | float] = {
        "source": DOMAIN,
        "base_url": addresses.procurify,
        "token_url": "",
        "requests_per_second": 0,
        "page_size": 50,
        "timeout_s": 15,
        "since": since,
    }
    yield from _table("[tenants.procurify]", procurify)
    slower = 1 if scenario.documents <= FEW else 4
    schedule = {"purchase_orders": 0.3, "bills": 0.3, "reference": 1.0}
    schedule = {name: seconds * slower for name, seconds in schedule.items()}
    yield from _table("[tenants.procurify.schedule]", schedule)
    for company in scenario.companies:
        read_every_s = 0.5 * slower
        yield from _table("[[tenants.companies]]", _company(addresses, company, read_every_s))
        policy = _policy(scenario.po_numbering, company)
        yield from _table("[tenants.companies.policy]", policy)
    yield from _bootstrap(scenario, drawn)


def _company(
    addresses: Addresses, company: Company, read_every_s: float
) -> dict[str, str | int | float]:
    return {
        "company": company.id,
        "base_url": addresses.enet,
        "operator": company.operator,
        "requests_per_second": 0,
        "transport": "auto",
        "ca_file": "",
        "timeout_s": 2,
        "drain_s": 3,
        "double_read_s": 0.5,
        "logons_window_s": 30,
        "odata_url": addresses.odata(company),
        "odata_user": ODATA_USER,
        "read_every_s": read_every_s,
        "test_company": company.test_id,
    }


def _policy(po_numbering: str, company: Company) -> dict[str, str | int | float]:
    return {
        "po_numbering": po_numbering,
        "create_suppliers": True,
        "supplier_prefix": "V",
        "supplier_branch": "10",
        "supplier_terms": "30",
        "supplier_bank": "",
        "default_warehouse": company.warehouses[0],
        "product_class": "NONS",
        "default_unit": "EA",
        "local_currency": company.local_currency,
    }


def _bootstrap(scenario: Scenario, drawn: Secrets) -> Iterable[str]:
    yield "[bootstrap]"
    yield "mappings = ["
    yield from (f"  {{ {_mapping(row)} }}," for row in mapping_rows(scenario))
    yield "]"
    yield ""
    credentials = {
        f"procurify/{DOMAIN}/client_id": drawn.client_id,
        f"procurify/{DOMAIN}/client_secret": drawn.client_secret,
    }
    for company in scenario.companies:
        credentials |= {
            f"syspro/{company.id}/operator_password": drawn.operators[company.operator],
            f"syspro/{company.id}/company_password": "",
            f"syspro/{company.id}/odata_password": drawn.odata_password,
        }
    yield from _table("[bootstrap.credentials]", credentials)
    probes = {company.id: "passed" for company in scenario.companies}
    yield from _table("[bootstrap.probe]", probes)


def _mapping(row: MappingRow) -> str:
    """The fields of a mapping row; a company only where it holds in one alone."""
    given = {"kind": row.kind, "key": row.key, "target": row.target}
    if row.company:
        given["company"] = row.company
    return ", ".join(f"{name} = {_quoted(value)}" for name, value in given.items())


def _table(head: str, values: Mapping[str, str | int | float]) -> Iterable[str]:
    yield head
    for name, value in values.items():
        key = name if name.replace("_", "").isalnum() else _quoted(name)
        yield f"{key} = {_quoted(value) if isinstance(value, str) else json.dumps(value)}"
    yield ""


def _quoted(text: str) -> str:
    """A TOML basic string; JSON's escapes are TOML's, given no surrogates."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
