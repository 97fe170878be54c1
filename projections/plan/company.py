"""A SYSPRO company as a plan sees it: settings, mappings, currency, business days. Pure.

Which company a document is for is decided by `routing`. A business day is the calendar day at the
document's location (rules.md §5.1, 44). Reading the time-zone tables by name is the one look
outside: they are constants of the platform.
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from engine.core.mapping import AccountUse, mapping_fact
from projections.facts import Facts, syspro_fact, text_of
from projections.mappings import is_dated, target_in
from projections.plan.outcomes import hold, hold_unmapped, wait
from projections.policy import Policy, read_policy
from projections.references import COMPANIES, TODAY, location_fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """The SYSPRO company of a document, and its policy.

    `is_alone`: the tenant has no other company. Of the document that is planned: `on`, its
    business day, by which dated mappings are read (None for a vendor, or where it cannot be read);
    `source`, where it comes from; `vendor`, the id of its vendor; `number`, its own.
    """

    name: str
    policy: Policy
    is_alone: bool = True
    on: date | None = None
    source: str = ""
    vendor: str = ""
    number: str = ""

    def account_use(self, code: str, department: str, item: str) -> AccountUse:
        """An account code as the document uses it."""
        return AccountUse(
            code=code, department=department, vendor=self.vendor, item=item, number=self.number
        )

    def is_before_cut_over(self, day: date | None) -> bool:
        """Whether a day lies before the first one whose documents are carried."""
        first = self.policy.cut_over_on
        return first is not None and day is not None and day < first


def company_names(facts: Facts) -> tuple[str, ...]:
    """The tenant's companies, sorted; held while there is none."""
    known = facts.get(COMPANIES)
    listed = known.get("companies") if known else None
    names = tuple(str(name) for name in listed) if isinstance(listed, list | tuple) else ()
    if not names:
        hold("NO_COMPANY")
    return names


def open_company(facts: Facts, name: str, on: date | None = None) -> Company:
    """The tenant's company of that name, with the policy that holds now."""
    policy = read_policy(facts.get(f"policy:{name}"))
    return Company(name=name, policy=policy, on=on, is_alone=company_names(facts) == (name,))


def today(facts: Facts) -> date | None:
    """The day it is; a plan that asks is planned again each day. None before the first day."""
    day = text_of(facts.get(TODAY), "day")
    return date.fromisoformat(day) if day else None


def mapped(facts: Facts, company: Company, kind: str, key: str) -> str:
    """What a word of Procurify is in a company on the document's day; "" if it is not mapped."""
    return mapped_in(facts, company.name, kind, key, company.on)


def mapped_in(facts: Facts, company: str, kind: str, key: str, on: date | None) -> str:
    """As `mapped`; without a day, a mapping with dates is read as of today."""
    fact = facts.get(mapping_fact(kind, key))
    day = today(facts) if on is None and is_dated(fact) else on
    return target_in(fact, company, day)


def require_read(facts: Facts, company: Company, *kinds: str) -> None:
    """Each of these kinds of SYSPRO's rows was read completely once; else the plan waits."""
    wanted = [f"snapshot:{company.name}/{kind}" for kind in kinds]
    missing = tuple(key for key in wanted if facts.get(key) is None)
    if missing:
        wait("SYSPRO_NOT_READ", on=missing)


def to_currency(facts: Facts, company: Company, name: str) -> str:
    """SYSPRO's code of a currency: by mapping, else the same code if SYSPRO has it."""
    if not name:
        return company.policy.local_currency
    target = mapped(facts, company, "currency", name)
    if target:
        return target
    if facts.get(syspro_fact("currency", company.name, name)) is None:
        hold_unmapped("CURRENCY_UNMAPPED", "currency", name, name)
    return name


def location_name(facts: Facts, source: str, location: str) -> str:
    """What Procurify calls a location; "" while it was not read, or where there is none."""
    return text_of(facts.get(location_fact(source, location)), "name") if location else ""


def zone_of(facts: Facts, source: str, location: str) -> ZoneInfo:
    """The time zone of a location, of headquarters where it is not known; waits for either."""
    place = facts.get(location_fact(source, location)) if location else None
    fallback = f"zone:{source}"
    name = text_of(place, "zone") or text_of(facts.get(fallback), "zone")
    if not name:
        wait("REFERENCE_NOT_READ", on=(fallback,))
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
