"""The configuration as a whole: every table, and the rules that need more than one of them.

A fault found here is a list of sentences, all of them, so that a person mends the file once.
"""

from collections.abc import Iterator

from pydantic import Field, model_validator

from engine.config.base import Table
from engine.config.hosts import host_of, is_loopback, origin_of
from engine.config.tables import (
    BootstrapTable,
    DatabaseTable,
    ServiceTable,
    TenantTable,
    VaultTable,
)

SEPARATOR = "\n"


class Config(Table):
    """The whole configuration, checked: what is read from it needs no second look."""

    service: ServiceTable = Field(default_factory=ServiceTable, description="The service.")
    database: DatabaseTable = Field(description="Where the event log lives.")
    vault: VaultTable = Field(description="Where the key-encryption key is.")
    tenants: tuple[TenantTable, ...] = Field(
        min_length=1, strict=False, description="The customers that this service serves."
    )
    bootstrap: BootstrapTable | None = Field(
        default=None, description="What a sandbox brings along."
    )

    @model_validator(mode="after")
    def _together(self) -> "Config":
        faults = [
            *_database_faults(self),
            *_tenant_faults(self),
            *_operator_faults(self),
            *_loopback_faults(self),
        ]
        if faults:
            raise ValueError(SEPARATOR.join(faults))
        return self

    def tenant(self, name: str) -> TenantTable:
        """The tenant of this name; raises `KeyError` when there is none."""
        for tenant in self.tenants:
            if tenant.name == name:
                return tenant
        raise KeyError(name)

    def is_loopback(self) -> bool:
        """Whether every host that the engine would talk to is this machine."""
        return all(is_loopback(host_of(url)) for _, url in _addresses(self))


def _addresses(config: Config) -> Iterator[tuple[str, str]]:
    for tenant in config.tenants:
        yield f"tenants[{tenant.name}].procurify.base_url", tenant.procurify.base_url
        if tenant.procurify.token_url:
            yield f"tenants[{tenant.name}].procurify.token_url", tenant.procurify.token_url
        for company in tenant.companies:
            place = f"tenants[{tenant.name}].companies[{company.company}]"
            yield f"{place}.base_url", company.base_url
            if company.odata_url:
                yield f"{place}.odata_url", company.odata_url


def _database_faults(config: Config) -> Iterator[str]:
    url, folder = config.database.url.get_secret_value(), config.database.folder
    if not url and not folder:
        yield (
            "database: needs url (a PostgreSQL of yours) or folder (one that the engine starts "
            "itself); the environment variable DATABASE_URL does as well"
        )
    if url and not url.startswith(("postgresql://", "postgres://")):
        yield "database.url: must begin with postgresql://"


def _tenant_faults(config: Config) -> Iterator[str]:
    seen: set[str] = set()
    for tenant in config.tenants:
        if tenant.name in seen:
            yield f"tenants[{tenant.name}]: the name is given to two tenants"
        seen.add(tenant.name)
        companies: set[str] = set()
        for company in tenant.companies:
            if company.company in companies:
                yield f"tenants[{tenant.name}]: company {company.company} is listed twice"
            companies.add(company.company)


def _operator_faults(config: Config) -> Iterator[str]:
    """An operator has one live session (syspro.md): a second user would evict the first."""
    users: dict[tuple[str, str], str] = {}
    for tenant in config.tenants:
        for company in tenant.companies:
            place = f"tenants[{tenant.name}].companies[{company.company}]"
            operator = company.operator.upper()
            first = users.get((tenant.name, operator)) or users.get(
                (origin_of(company.base_url), operator)
            )
            if first:
                yield (
                    f"{place}.operator: {company.operator} already serves {first}; "
                    "an operator serves one company of one tenant"
                )
            users.setdefault((tenant.name, operator), place)
            users.setdefault((origin_of(company.base_url), operator), place)


def _loopback_faults(config: Config) -> Iterator[str]:
    if config.bootstrap is None and not config.vault.key.get_secret_value():
        return
    for place, url in _addresses(config):
        if is_loopback(host_of(url)):
            continue
        if config.bootstrap is not None:
            yield f"bootstrap: only when every host is this machine; {place} is not"
        if config.vault.key.get_secret_value():
            yield (
                f"vault.key: only when every host is this machine; {place} is not; "
                "use key_file or key_env"
            )
        return
