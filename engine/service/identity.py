"""Tells the log which SYSPRO company a session is in, when it is not the one that was told last.

The profile of the session says it (syspro.md §2, GetLogonProfile): the company's name, its own
currency, the site and the kind of database. The versions of SYSPRO and e.net are no part of it, for
an upgrade is no other company: they are told by themselves, because a probe holds for one release.
A person confirms a company that changed (`confirm`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.core.canonical import JsonObject
from engine.core.events import Event, NewEvent
from engine.core.keys import company_stream
from engine.core.probes import VERSION_FIELDS, version_stream
from engine.errors import Malformed
from engine.log.contract import Author, Fence, Log

FIELDS = ("CompanyName", "LocalCurrencyCode", "SystemSiteId", "DatabaseType")


async def tell_identity(
    log: Log,
    tenant: str,
    company: str,
    profile: Mapping[str, str],
    *,
    author: Author,
    fence: Fence | None,
) -> None:
    """The last event of the company's stream says what the profile says."""
    told = _Told(
        stream=company_stream(company),
        type="CompanyIdentified",
        name="identity",
        says={name: profile.get(name, "") for name in FIELDS},
    )
    await _tell(log, tenant, company, told, author, fence)


async def tell_version(
    log: Log,
    tenant: str,
    company: str,
    profile: Mapping[str, str],
    *,
    author: Author,
    fence: Fence | None,
) -> None:
    """The last event of the company's version stream says which release its server runs (S37)."""
    told = _Told(
        stream=version_stream(company),
        type="SysproVersionSeen",
        name="version",
        says={name: profile.get(name, "") for name in VERSION_FIELDS},
    )
    await _tell(log, tenant, company, told, author, fence)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What an event says under its `name`, unless the last of its stream says so already."""

    stream: str
    type: str
    name: str
    says: JsonObject


async def _tell(
    log: Log, tenant: str, company: str, told: _Told, author: Author, fence: Fence | None
) -> None:
    before = (await log.latest(tenant, [told.stream])).get(told.stream)
    if before is not None and before.body is not None and before.body[told.name] == told.says:
        return
    event = NewEvent(
        stream=told.stream, type=told.type, body={"company": company, told.name: told.says}
    )
    expected = {told.stream: before.version if before is not None else 0}
    await log.append(tenant, [event], author=author, fence=fence, expected=expected)


async def confirm_identity(
    log: Log, tenant: str, company: str, *, reason: str, author: Author
) -> Event:
    """The company is the right one, as it was seen last; raises `Malformed` if it never was."""
    if not reason.strip():
        raise Malformed("a company is confirmed for a reason: what you found out about it")
    stream = company_stream(company)
    before = (await log.latest(tenant, [stream])).get(stream)
    if before is None or before.body is None:
        raise Malformed(f"no session was ever opened in company {company!r}")
    body: JsonObject = {
        "company": company,
        "identity": before.body["identity"],
        "reason": reason.strip(),
    }
    event = NewEvent(stream=stream, type="CompanyConfirmed", body=body)
    (appended,) = await log.append(
        tenant, [event], author=author, expected={stream: before.version}
    )
    return appended
