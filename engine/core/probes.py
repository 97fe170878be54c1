"""Whether a SYSPRO site was shown to do what the posting protocol assumes of it. Pure.

A probe (`doctor --probe`) ends with a `ProbeFinished` on the company's stream. It holds for the
site as it was then: once the logon profile says another release, site or company than the probe
saw, it is asked for anew (reliability.md §4.2, S37).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from engine.core.canonical import JsonObject

SITE_FIELDS = ("SystemSiteId", "DatabaseType", "SysproVersion", "EnetVersion")
"""What a logon profile says of the server, whichever company the session is in."""
COMPANY_FIELDS = ("CompanyName", "LocalCurrencyCode")
"""What it says of the company: compared where the probe was in the company itself."""
VERSION_FIELDS = ("SysproVersion", "EnetVersion")


def probe_stream(company: str) -> str:
    """The stream of the probes that count for a company."""
    return f"probe/{company}"


def version_stream(company: str) -> str:
    """The stream of the releases that a company's server was seen to run."""
    return f"version/{company}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeStanding:
    """What a company's last probe is worth now; `text` says it to people."""

    result: Literal["never", "passed", "failed", "outdated"]
    text: str

    @property
    def is_passed(self) -> bool:
        """Whether what the protocol assumes was shown, of this site as it is."""
        return self.result == "passed"


def probe_standing(probe: JsonObject | None, seen: Mapping[str, object]) -> ProbeStanding:
    """What the last probe's event is worth, given the fields that the site last showed.

    A field that the probe did not see, or that was not seen since, contradicts nothing.
    """
    if probe is None:
        return ProbeStanding(result="never", text="this site was never probed")
    if probe.get("result") != "passed":
        return ProbeStanding(result="failed", text=f"the probe failed: {_failed(probe)}")
    site = probe.get("site")
    known = site if isinstance(site, Mapping) else {}
    moved = [
        f"{name} is {seen[name]}, was {known[name]}"
        for name in (*SITE_FIELDS, *COMPANY_FIELDS)
        if known.get(name) and seen.get(name) and known[name] != seen[name]
    ]
    if moved:
        return ProbeStanding(
            result="outdated", text=f"the probe was of another site: {'; '.join(moved)}"
        )
    return ProbeStanding(result="passed", text="the probe passed")


def _failed(probe: JsonObject) -> str:
    """The names of the assumptions that did not hold."""
    findings = probe.get("findings")
    listed = findings if isinstance(findings, list | tuple) else []
    names = [
        str(finding.get("name"))
        for finding in listed
        if isinstance(finding, Mapping) and finding.get("result") == "failed"
    ]
    return ", ".join(names) or "it broke off"
