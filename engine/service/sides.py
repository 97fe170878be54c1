"""The two sides of a tenant as the configuration and the vault describe them.

Settings for the Procurify client and for a SYSPRO company, with credentials from the vault; every
secret that leaves the vault here is kept out of logs first.
"""

from dataclasses import replace
from datetime import date, timedelta

from engine.clock import Clock
from engine.config import CompanyTable, TenantTable
from engine.procurify.settings import ProcurifySettings
from engine.syspro.settings import SysproSettings
from engine.telemetry.logs import keep_out_of_logs
from engine.vault import Vault

FIRST_READ_DAYS = 365


class ProcurifyCredentials:
    """A domain's client id and secret as the vault last had them; `refresh` looks again."""

    def __init__(self, vault: Vault, tenant: TenantTable) -> None:
        self._vault = vault
        self._tenant = tenant
        self._values = ("", "")

    async def refresh(self) -> None:
        """What was set meanwhile counts from now on; raises `NotFound` where nothing was set."""
        place = f"procurify/{self._tenant.procurify.source}"
        self._values = (
            await _secret(self._vault, self._tenant.name, f"{place}/client_id"),
            await _secret(self._vault, self._tenant.name, f"{place}/client_secret"),
        )

    def client_id(self) -> str:
        """The client id."""
        return self._values[0]

    def client_secret(self) -> str:
        """The client secret."""
        return self._values[1]


def procurify_settings(
    credentials: ProcurifyCredentials, tenant: TenantTable, clock: Clock
) -> ProcurifySettings:
    """How the tenant's Procurify domain is reached and read."""
    table = tenant.procurify
    schedule = {
        name: seconds
        for name in type(table.schedule).model_fields
        if isinstance(seconds := getattr(table.schedule, name), float | int)
    }
    return ProcurifySettings(
        source=table.source,
        base_url=table.base_url,
        token_url=table.token_url,
        client_id=credentials.client_id,
        client_secret=credentials.client_secret,
        requests_per_second=table.requests_per_second,
        page_size=table.page_size,
        timeout_s=table.timeout_s,
        since=table.since or first_day(clock),
        schedule=schedule,
        payment_methods=table.schedule.vendor_payment_methods is not None,
        allow_plain_http=table.allow_plain_http,
    )


def syspro_settings(vault: Vault, tenant: TenantTable, company: CompanyTable) -> SysproSettings:
    """How a SYSPRO company is reached; passwords are fetched from the vault for each use."""

    async def operator_password() -> str:
        return await _secret(vault, tenant.name, f"syspro/{company.company}/operator_password")

    async def company_password() -> str:
        name = f"syspro/{company.company}/company_password"
        if name not in await vault.names(tenant.name):
            return ""
        return await _secret(vault, tenant.name, name)

    async def odata_password() -> str:
        return await _secret(vault, tenant.name, f"syspro/{company.company}/odata_password")

    return SysproSettings(
        company=company.company,
        base_url=company.base_url,
        operator=company.operator,
        operator_password=operator_password,
        company_password=company_password,
        transport=company.transport,
        ca_file=company.ca_file,
        timeout_s=company.timeout_s,
        drain_s=company.drain_s,
        double_read_s=company.double_read_s,
        doubt_limit_s=company.doubt_limit_s,
        logons_window_s=company.logons_window_s,
        lock_tries=company.lock_tries,
        lock_errors=company.lock_errors,
        cut_off=company.cut_off,
        time_zone=company.policy.time_zone,
        requests_per_second=company.requests_per_second,
        odata_url=company.odata_url,
        odata_user=company.odata_user,
        odata_password=odata_password,
        read_every_s=company.read_every_s,
        local_currency=company.policy.local_currency,
    )


def test_company_settings(
    vault: Vault, tenant: TenantTable, company: CompanyTable
) -> SysproSettings:
    """How the company's test company is reached: the same site and operator, no OData."""
    settings = syspro_settings(vault, tenant, company)
    place = f"syspro/{company.test_company}/company_password"

    async def company_password() -> str:
        if place not in await vault.names(tenant.name):
            return ""
        return await _secret(vault, tenant.name, place)

    return replace(
        settings,
        company=company.test_company,
        company_password=company_password,
        odata_url="",
    )


def first_day(clock: Clock) -> date:
    """From which day on documents are read when the configuration names none."""
    return clock.now().date() - timedelta(days=FIRST_READ_DAYS)


async def _secret(vault: Vault, tenant: str, name: str) -> str:
    secret = (await vault.get(tenant, name)).reveal()
    if secret:
        keep_out_of_logs(secret)
    return secret
