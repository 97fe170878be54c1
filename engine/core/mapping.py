"""Which word of Procurify is which of SYSPRO: the kinds, the rows, and their precedence. Pure.

A mapping is approved by a person; one fact per (kind, key) holds its rows. Keys are taken as
Procurify spells them: the vendor's id, `code` or `code/department` of an account, the name of a
currency, department, unit, tax or payment term (README lists the kinds).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from engine.core.canonical import JsonObject

MAX_TARGET = {
    "vendor": 15,
    "account": 35,
    "currency": 3,
    "department": 10,
    "unit": 10,
    "tax": 3,
    "terms": 2,
    "company": 4,
    "warehouse": 10,
    "location": 10,
    "buyer": 20,
    "cost_class": 35,
    "stock": 30,
    "vendor_pair": 7,
    "tax_recoverable": 8,
    "reverse_charge": 3,
    "intercompany": 35,
    "prepayment": 35,
    "shipping": 50,
    "price_unit": 10,
    "charge": 8,
    "terms_days": 3,
    "tolerance": 7,
}
"""Kind → width of the SYSPRO column that its targets go to (syspro.md §4)."""
KINDS = tuple(MAX_TARGET)


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingRow:
    """An approved mapping: this key of this kind is that code in SYSPRO.

    `company`: the one that it holds for, "" for all; `from_on`, `until_on`: the first and the last
    day (CCYY-MM-DD) of documents that it holds for, "" without bound. Of rows that differ in these
    two alone, `company` and `from_on`, one does not take the place of the other.
    """

    kind: str
    key: str
    target: str
    note: str = ""
    company: str = ""
    from_on: str = ""
    until_on: str = ""

    @property
    def stream(self) -> str:
        """The stream of the row's approvals."""
        return mapping_stream(self.kind, self.key, self.company, self.from_on)

    @property
    def name(self) -> str:
        """The row as people call it: `account 6100 in EDU2 from 2026-12-01`."""
        place = f" in {self.company}" if self.company else ""
        return f"{self.kind} {self.key}{place}{f' from {self.from_on}' if self.from_on else ''}"

    def plain(self) -> dict[str, str]:
        """The row as JSON, which is the body of its approval."""
        return {name: getattr(self, name) for name in COLUMNS}


COLUMNS = ("kind", "key", "target", "note", "company", "from_on", "until_on")
"""The fields of a row, and the columns of a mapping file, in order."""
_PERCENT = re.compile(r"\d{1,2}(\.\d{1,4})?|100")
_COMPANY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")


def row_of(body: JsonObject) -> MappingRow:
    """The row that an approval's body holds; what it does not say is ""."""
    return MappingRow(**{name: str(body.get(name) or "") for name in COLUMNS})


def row_errors(row: MappingRow) -> list[str]:
    """What is wrong with one row, as `<column>: <what>`; empty when it can be approved."""
    errors = []
    if row.kind not in KINDS:
        errors.append(f"kind: {row.kind!r} is not one of {', '.join(KINDS)}")
    if not row.key:
        errors.append("key: is empty")
    if not row.target:
        errors.append("target: is empty")
    errors.extend(
        f"{name}: holds a line break or another control character"
        for name, value in row.plain().items()
        if not value.isprintable()
    )
    widest = MAX_TARGET.get(row.kind)
    if widest is not None and len(row.target) > widest:
        errors.append(f"target: {row.target!r} is longer than {widest} characters")
    if row.kind == "terms_days" and not (row.target.isascii() and row.target.isdecimal()):
        errors.append(f"target: {row.target!r} is no number of days")
    if row.kind == "tolerance" and not _PERCENT.fullmatch(row.target):
        errors.append(f"target: {row.target!r} is no percentage such as 2.5")
    if row.company and not _COMPANY.fullmatch(row.company):
        errors.append(f"company: {row.company!r} is no company id")
    if row.company and row.kind == "company":
        errors.append("company: is the target of this kind; leave the column empty")
    days = {"from_on": row.from_on, "until_on": row.until_on}
    wrong = [name for name, day in days.items() if day and not _is_day(day)]
    errors.extend(f"{name}: {days[name]!r} is no day such as 2026-12-31" for name in wrong)
    if not wrong and row.until_on and row.until_on < row.from_on:
        errors.append("until_on: is before from_on")
    return errors


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def mapping_fact(kind: str, key: str) -> str:
    """The key of the fact that holds the mapping."""
    return f"mapping:{kind}/{key}"


def mapping_stream(kind: str, key: str, company: str = "", from_on: str = "") -> str:
    """The stream of one row's approvals: `mapping/<kind>[@company][,from_on]/<key>`."""
    place = f"@{company}" if company else ""
    return f"mapping/{kind}{place}{f',{from_on}' if from_on else ''}/{key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountUse:
    """An account code of Procurify where it is used: in a department, for a vendor, on a line.

    `item`: the id of the order item or bill item; `number`: the order's or the invoice's.
    """

    code: str
    department: str
    vendor: str = ""
    item: str = ""
    number: str = ""

    @property
    def key(self) -> str:
        """The key that a person would map: the code, in its department if it has one."""
        return f"{self.code}/{self.department}" if self.department else self.code

    def lookup_keys(self) -> tuple[str, ...]:
        """The keys under which it is looked up, first found wins (rules.md §5.2).

        An override of the line, then of the document; the code in the department for the vendor,
        in the department, by itself. Without a code only the overrides.
        """
        overrides = [f"override:item:{self.item}"] if self.item else []
        overrides += [f"override:document:{self.number}"] if self.number else []
        if not self.code:
            return tuple(overrides)
        for_vendor = [f"{self.key}@vendor:{self.vendor}"] if self.vendor else []
        return tuple(dict.fromkeys((*overrides, *for_vendor, self.key, self.code)))


def vendor_pair_key(bill_vendor: str, order_vendor: str) -> str:
    """The key under which a bill of one vendor is allowed on another vendor's order (§5.3)."""
    return f"{bill_vendor}/{order_vendor}"


def tax_key(taxes: Sequence[str]) -> str:
    """The key of a line's taxes: the name, or the names of several in order, joined by `+`."""
    return "+".join(sorted(taxes))
