"""The tables of the configuration file, each setting with its bounds, default and meaning.

Unknown keys are refused and nothing is converted: a number in quotes is a fault, not a number.
Checks that need one table stand here, checks across tables in `config.whole`. Secrets are
`SecretStr`, so that no print shows them.
"""

from typing import Annotated, Literal

from pydantic import (
    Field,
    SecretStr,
    field_validator,
    model_validator,
)

from engine.config.base import MINUTE_S, SAFE_DRAIN_S, Day, Interval, Name, Rate, Seconds, Table
from engine.config.hosts import check_url, host_of, is_loopback
from engine.config.policy import Policy


class ServiceTable(Table):
    """How the service calls itself and where it listens."""

    name: Name = Field(default="engine", description="Name shown in logs and as holder of leases.")
    listen: str = Field(
        default="127.0.0.1:9464",
        pattern=r"^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):[0-9]{1,5}$",
        description="Address of /metrics, /healthz and /readyz; port 0 takes any free one.",
    )
    lease_ttl_s: float = Field(
        default=30.0,
        ge=0.5,
        le=600,
        description="After how many seconds a silent engine is replaced.",
    )
    checkpoints: str = Field(
        default="",
        description="Folder of this machine in which the engine notes how far each log has come, "
        "to end when the database was restored to an older state; empty: that is not found out.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="Least severity that is logged."
    )


class DatabaseTable(Table):
    """Where the event log lives: a PostgreSQL of yours, or one that the engine starts itself."""

    url: SecretStr = Field(
        default=SecretStr(""), description="`postgresql://…`; DATABASE_URL wins."
    )
    folder: str = Field(
        default="", description="Folder of the embedded PostgreSQL, used without `url`."
    )
    pooler: bool = Field(
        default=False,
        description="True behind pgbouncer in transaction mode: no prepared statements.",
    )
    pool_size: int = Field(default=10, ge=2, le=200, description="Most connections of one engine.")


class VaultTable(Table):
    """Where the key-encryption key is; exactly one of the three, 32 bytes in base64."""

    key: SecretStr = Field(
        default=SecretStr(""), description="The key itself; only when every host is this machine."
    )
    key_file: str = Field(default="", description="File that holds the key (mode 0400).")
    key_env: str = Field(default="", description="Environment variable that holds the key.")

    @model_validator(mode="after")
    def _one_of_three(self) -> "VaultTable":
        given = [bool(self.key.get_secret_value()), bool(self.key_file), bool(self.key_env)]
        if sum(given) != 1:
            raise ValueError("exactly one of key_file, key_env and key must be given")
        return self


class Schedule(Table):
    """How often each resource is read, in seconds; from a minute to a day, faster on loopback."""

    purchase_orders: Interval = Field(default=300.0, description="Purchase orders.")
    bills: Interval = Field(default=300.0, description="Bills.")
    reference: Interval = Field(
        default=3600.0, description="Every resource that is not set by itself."
    )
    vendors: Interval | None = Field(default=None, description="Vendors.")
    order_items: Interval | None = Field(default=None, description="Order items.")
    account_codes: Interval | None = Field(default=None, description="Account codes.")
    accounts: Interval | None = Field(default=None, description="Accounts.")
    departments: Interval | None = Field(default=None, description="Departments.")
    locations: Interval | None = Field(default=None, description="Locations.")
    currencies: Interval | None = Field(default=None, description="Currencies.")
    purchase_requests: Interval | None = Field(default=None, description="Purchase requests.")
    payments: Interval | None = Field(default=None, description="Payments.")
    receipts: Interval | None = Field(default=None, description="Receipts.")
    vendor_payment_methods: Interval | None = Field(
        default=None, description="Vendor payment methods (bank details); never read unless set."
    )
    sweep: Interval = Field(
        default=86_400.0, description="Whole walk of everything, changed or not."
    )

    def interval_s(self, resource: str) -> float | None:
        """Seconds between two reads of a resource, None when it is not to be read at all."""
        own: object = getattr(self, resource)
        if isinstance(own, float | int):
            return float(own)
        return None if resource == "vendor_payment_methods" else self.reference

    def shortest_s(self) -> float:
        """The smallest interval that is set."""
        return min(
            value
            for name in type(self).model_fields
            if (value := self.interval_s(name)) is not None
        )


class ProcurifyTable(Table):
    """The Procurify domain of a tenant; client id and secret are in the vault."""

    source: Name = Field(description="Name of the Procurify domain in every key; never change it.")
    base_url: str = Field(description="`https://<subdomain>.procurify.com`.")
    token_url: str = Field(
        default="", description="Token endpoint; default `<base_url>/oauth/token`."
    )
    requests_per_second: Rate = Field(
        default=3.0, description="Most requests a second; 0 = not paced."
    )
    page_size: int = Field(default=50, ge=1, le=100, description="Rows asked for on one page.")
    timeout_s: Seconds = Field(default=60.0, description="Deadline of one request.")
    since: Day | None = Field(
        default=None, description="Cut-over day: documents last modified before it are not read."
    )
    allow_plain_http: bool = Field(
        default=False, description="True lets http:// pass on other machines."
    )
    allow_other_host: bool = Field(
        default=False,
        description="True lets hosts pass that are not below procurify.com (a gateway).",
    )
    schedule: Schedule = Field(default_factory=Schedule, description="Seconds between reads.")

    @model_validator(mode="after")
    def _checked(self) -> "ProcurifyTable":
        for name, url in (("base_url", self.base_url), ("token_url", self.token_url)):
            if name == "base_url" or url:
                _check(name, url, allow_plain_http=self.allow_plain_http)
                _check_domain(name, url, allow_other_host=self.allow_other_host)
        _check_interval("schedule", self.schedule.shortest_s(), self.base_url)
        return self


class CompanyTable(Table):
    """One SYSPRO company of a tenant; the operator's passwords are in the vault."""

    company: Name = Field(description="SYSPRO company id.")
    base_url: str = Field(description="Address of e.net, ending in `/SYSPROWCFService/Rest`.")
    operator: Name = Field(description="SYSPRO operator of the engine alone: one session each.")
    requests_per_second: Rate = Field(
        default=5.0, description="Most requests a second; 0 = not paced."
    )
    transport: Literal["auto", "get", "post", "soap"] = Field(
        default="auto",
        description="How documents are posted: PostLD where the site has it, or by force; "
        "soap: every call by SOAP at `/Soap` beside `/Rest`.",
    )
    ca_file: str = Field(default="", description="File with the private CA of the host.")
    timeout_s: Seconds = Field(
        default=120.0, description="Deadline of one post; less than drain_s."
    )
    drain_s: Seconds = Field(
        default=300.0,
        description="How long a revoked session's last post may still be executing: 300 or more, "
        "and four times the longest post that `doctor --probe` saw; less is for sandboxes.",
    )
    double_read_s: Annotated[float, Field(ge=0, le=600)] = Field(
        default=5.0, description="Pause between the two reads that settle a doubt."
    )
    doubt_limit_s: Annotated[float, Field(ge=60, le=604_800)] = Field(
        default=14_400.0,
        description="After how long a doubt that cannot be looked into goes to a person.",
    )
    logons_window_s: Seconds = Field(
        default=600.0,
        description="An operator whose session somebody takes away is logged on five times in so "
        "many seconds at most.",
    )
    lock_tries: Annotated[int, Field(ge=0, le=100)] = Field(
        default=10,
        description="How often a document is sent again that SYSPRO refused because somebody has "
        "its supplier, order or invoice open; after that a person is asked.",
    )
    lock_errors: tuple[Annotated[str, Field(pattern=r"^[1-9][0-9]{0,8}$")], ...] = Field(
        default=("990901",),
        description="Error numbers by which SYSPRO says that a record is open elsewhere. The real "
        "ones are not published (unverified): the sandboxes' by default, COMQER has your site's.",
    )
    cut_off: str = Field(
        default="",
        pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9])?$",
        description="Time of day, in the policy's time zone, by which doubts must be settled: an "
        "hour before, those that cannot be looked into go to a person; empty: none.",
    )
    odata_url: str = Field(default="", description="Address of OData; empty reads through COMFND.")
    odata_user: str = Field(default="", description="User of OData.")
    read_every_s: Interval = Field(
        default=300.0, description="Seconds between two reads of SYSPRO."
    )
    test_company: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9]{0,4}$",
        description="Company of the same site that `doctor --probe` may post documents into; "
        "empty: none.",
    )
    allow_plain_http: bool = Field(
        default=False, description="True lets http:// pass on other machines."
    )
    policy: Policy = Field(default_factory=Policy, description="What the engine may decide.")

    @field_validator("odata_user")
    @classmethod
    def _plain_user(cls, value: str) -> str:
        if ":" in value or not value.isprintable():
            raise ValueError("must not hold a colon or a control character")
        return value

    @model_validator(mode="after")
    def _checked(self) -> "CompanyTable":
        _check("base_url", self.base_url, allow_plain_http=self.allow_plain_http)
        if self.odata_url:
            _check("odata_url", self.odata_url, allow_plain_http=self.allow_plain_http)
            if not self.odata_user:
                raise ValueError("odata_url needs odata_user")
        if self.timeout_s >= self.drain_s:
            raise ValueError("drain_s must be longer than timeout_s")
        if self.drain_s < SAFE_DRAIN_S and not is_loopback(host_of(self.base_url)):
            raise ValueError(
                f"drain_s: less than {SAFE_DRAIN_S:.0f} s is for hosts on this machine only"
            )
        _check_interval("read_every_s", self.read_every_s, self.base_url)
        return self


class TenantTable(Table):
    """One customer: a Procurify domain and the SYSPRO companies it feeds, with a log of its own."""

    name: Name = Field(description="Name of the tenant in every key; never change it.")
    procurify: ProcurifyTable = Field(description="Where its documents come from.")
    companies: tuple[CompanyTable, ...] = Field(
        min_length=1, strict=False, description="Where its documents go."
    )


class BootstrapMapping(Table):
    """One mapping approved by the bootstrap."""

    kind: Name = Field(
        description="What is mapped: a vendor, an account, a company or another kind of `map`."
    )
    key: str = Field(min_length=1, description="What Procurify calls it.")
    target: str = Field(min_length=1, description="What SYSPRO calls it.")
    company: str = Field(default="", description="Company it holds for; empty = all.")
    note: str = Field(default="", description="Why.")


class BootstrapTable(Table):
    """What a sandbox brings along: taken once into an empty log, and only on loopback."""

    mappings: tuple[BootstrapMapping, ...] = Field(
        default=(), strict=False, description="Mappings that are approved at the start."
    )
    credentials: dict[str, SecretStr] = Field(
        default_factory=dict, description="Credentials that are put into the vault, by name."
    )
    probe: dict[str, Literal["passed"]] = Field(
        default_factory=dict, description="Companies whose conformance probe has passed."
    )


def _check(name: str, url: str, *, allow_plain_http: bool) -> None:
    try:
        check_url(url, allow_plain_http=allow_plain_http)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def _check_domain(name: str, url: str, *, allow_other_host: bool) -> None:
    host = host_of(url)
    if not (allow_other_host or is_loopback(host) or host.endswith(".procurify.com")):
        raise ValueError(
            f"{name}: the host is not below procurify.com (procurify.md §1.1); "
            "allow_other_host lets it pass"
        )


def _check_interval(name: str, shortest_s: float, url: str) -> None:
    if shortest_s < MINUTE_S and not is_loopback(host_of(url)):
        raise ValueError(f"{name}: less than {MINUTE_S:.0f} s is for hosts on this machine only")
