"""Which SYSPRO company a document is for, that company's settings, and business days. Pure.

One company a tenant for now; routing by location or department is to take the place of `route`.
A business day is the calendar day at the document's location (rules.md §5.1, 44). Reading the
time-zone tables by name is the one look outside: they are constants of the platform.
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from engine.core.canonical import JsonObject
from engine.core.mapping import mapping_fact
from projections.facts import Facts, syspro_fact, text_of
from projections.plan.outcomes import hold, wait
from projections.references import COMPANIES, mapped, policy_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """The SYSPRO company of a document, and its policy table."""

    name: str
    policy: JsonObject

    def text(self, setting: str, default: str = "") -> str:
        """A setting of the policy."""
        return policy_text(self.policy, setting, default)

    @property
    def local_currency(self) -> str:
        """The company's own currency."""
        return self.text("local_currency", "USD")

    @property
    def is_numbering(self) -> bool:
        """Whether we give purchase orders their numbers (`po_numbering` manual)."""
        return self.text("po_numbering", "auto") == "manual"

    @property
    def creates_suppliers(self) -> bool:
        """Whether vendors that are no suppliers become ones; off unless the policy says so."""
        return self.policy.get("create_suppliers") is True


def route(facts: Facts) -> Company:
    """The company of the tenant; held while there is none, or more than one."""
    known = facts.get(COMPANIES)
    listed = known.get("companies") if known else None
    names = [str(name) for name in listed] if isinstance(listed, list | tuple) else []
    if not names:
        hold("NO_COMPANY")
    if len(names) > 1:
        hold("COMPANY_AMBIGUOUS", ", ".join(names))
    return Company(name=names[0], policy=facts.get(f"policy:{names[0]}") or {})


def require_read(facts: Facts, company: Company, *kinds: str) -> None:
    """Each of these kinds of SYSPRO's rows was read completely once; else the plan waits."""
    wanted = [f"snapshot:{company.name}/{kind}" for kind in kinds]
    missing = tuple(key for key in wanted if facts.get(key) is None)
    if missing:
        wait("SYSPRO_NOT_READ", on=missing)


def to_currency(facts: Facts, company: Company, name: str) -> str:
    """SYSPRO's code of a currency: by mapping, else the same code if SYSPRO has it."""
    if not name:
        return company.local_currency
    target = mapped(facts.get(mapping_fact("currency", name)))
    if target:
        return target
    if facts.get(syspro_fact("currency", company.name, name)) is None:
        hold("CURRENCY_UNMAPPED", name)
    return name


def zone_of(facts: Facts, source: str, location: str) -> ZoneInfo:
    """The time zone of a location, of headquarters where it is not known; waits for either."""
    fact = facts.get(f"location:{source}/{location}") if location else None
    fallback = f"zone:{source}"
    fact = fact or facts.get(fallback)
    if fact is None:
        wait("REFERENCE_NOT_READ", on=(fallback,))
    name = text_of(fact, "zone")
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        hold("SOURCE_UNREADABLE", f"$.locationTimezone: {name!r} is no time zone")


def business_day(text: str, zone: ZoneInfo, path: str) -> date | None:
    """The calendar day of an instant at its location; None for "" (shapes: procurify.md §6.8)."""
    if not text:
        return None
    try:
        if len(text) == len("2026-01-31"):
            return date.fromisoformat(text)
        instant = datetime.fromisoformat(text)
        return (instant.astimezone(zone) if instant.tzinfo is not None else instant).date()
    except (ValueError, OverflowError):
        hold("SOURCE_UNREADABLE", f"{path}: {text[:40]!r} is no date")
