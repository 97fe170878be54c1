"""Tells the log which SYSPRO company a session is in, when it is not the one that was told last.

The profile of the session says it (syspro.md §2, GetLogonProfile): the company's name, its own
currency, the site and the kind of database. The versions of SYSPRO and e.net are no part of it, for
an upgrade is no other company: they are told by themselves, because a probe holds for one release.
A person confirms a company that changed (`confirm`).
"""

from collections.abc import Mapping, Sequence

from engine.core.canonical import JsonObject
from engine.core.events import Event, NewEvent
from engine.core.keys import company_stream
from engine.core.probes import VERSION_FIELDS, version_stream
from engine.errors import Malformed
from engine.log.contract import Author, Fence, Log

FIELDS = ("CompanyName", "LocalCurrencyCode", "SystemSiteId", "DatabaseType")


async def tell_profile(
    log: Log,
    tenant: str,
    company: str,
    profile: Mapping[str, str],
    *,
    author: Author,
    fence: Fence | None,
) -> None:
    """The last events of the company's streams say what the profile says: which company it is
    (`CompanyIdentified`), and which release its server runs (`SysproVersionSeen`, S37)."""
    told = {
        company_stream(company): ("CompanyIdentified", "identity", _part(profile, FIELDS)),
        version_stream(company): ("SysproVersionSeen", "version", _part(profile, VERSION_FIELDS)),
    }
    latest = await log.latest(tenant, list(told))
    for stream, (kind, name, says) in told.items():
        before = latest.get(stream)
        if before is not None and before.body is not None and before.body[name] == says:
            continue
        event = NewEvent(stream=stream, type=kind, body={"company": company, name: says})
        expected = {stream: before.version if before is not None else 0}
        await log.append(tenant, [event], author=author, fence=fence, expected=expected)


def _part(profile: Mapping[str, str], names: Sequence[str]) -> JsonObject:
    return {name: profile.get(name, "") for name in names}


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
