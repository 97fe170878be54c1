"""How alike a vendor and a supplier are: a score from 0 to 1, and what it rests on. Pure.

A shared tax number settles it (1). Names, addresses and mail domains are evidence that adds up: of
independent pieces with weights a and b the score is 1 - (1 - a)(1 - b), so that no sum of hints
ever reaches what a tax number says. A person decides; nothing is bound by a score alone.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_LEGAL_FORMS = frozenset(
    (
        *("ab", "ag", "as", "bv", "co", "company", "corp", "corporation", "gmbh", "inc"),
        *("incorporated", "kg", "limited", "llc", "llp", "lp", "ltd", "nv", "oy", "plc", "pty"),
        *("sa", "sarl", "sas", "spa", "srl"),
    )
)
_PUBLIC_MAIL = frozenset(
    ("aol.com", "gmail.com", "gmx.net", "hotmail.com", "icloud.com", "outlook.com", "yahoo.com")
)
_SHORTEST_TAX_NUMBER = 8
_SAME_NAME, _SAME_CORE, _SHARED_WORDS = Decimal("0.90"), Decimal("0.80"), Decimal("0.60")
_SAME_STREET, _SAME_POSTAL_CODE, _SAME_MAIL = Decimal("0.40"), Decimal("0.20"), Decimal("0.50")


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A vendor or a supplier, as far as it tells who it is.

    `notes`: free text in which a tax number may stand; Procurify's vendors have no field for one.
    """

    name: str
    tax_number: str = ""
    notes: str = ""
    street: str = ""
    postal_code: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How alike two parties are, to the hundredth, and why, the strongest reason first."""

    score: Decimal
    evidence: tuple[str, ...]


def plain_name(name: str) -> str:
    """The name in lower case, without accents and signs, its words parted by one blank."""
    return " ".join(_words(name))


def likeness(one: Party, other: Party) -> Likeness:
    """How alike the two are; 0 without evidence."""
    if _has_tax_number(one, other) or _has_tax_number(other, one):
        return Likeness(score=Decimal("1.00"), evidence=("same tax number",))
    rest = Decimal(1)
    evidence = []
    for weight, said in sorted(_hints(one, other), reverse=True):
        rest *= 1 - weight
        evidence.append(said)
    return Likeness(score=(1 - rest).quantize(Decimal("0.01")), evidence=tuple(evidence))


def _hints(one: Party, other: Party) -> Iterator[tuple[Decimal, str]]:
    yield from _name_hints(_words(one.name), _words(other.name))
    street, postal_code = _bare(one.street), _bare(one.postal_code)
    if street and street == _bare(other.street):
        yield _SAME_STREET, "same street"
    if postal_code and postal_code == _bare(other.postal_code):
        yield _SAME_POSTAL_CODE, "same postal code"
    domain = _domain(one.email)
    if domain and domain == _domain(other.email):
        yield _SAME_MAIL, f"same mail domain {domain}"


def _name_hints(one: list[str], other: list[str]) -> Iterator[tuple[Decimal, str]]:
    if not (one and other):
        return
    if one == other:
        yield _SAME_NAME, "same name"
        return
    cores = [[word for word in words if word not in _LEGAL_FORMS] for words in (one, other)]
    if cores[0] and cores[0] == cores[1]:
        yield _SAME_CORE, "same name but for its legal form"
        return
    shared, all_words = set(cores[0]) & set(cores[1]), set(cores[0]) | set(cores[1])
    if shared and 2 * len(shared) >= len(all_words):
        part = Decimal(len(shared)) / Decimal(len(all_words))
        yield _SHARED_WORDS * part, f"{len(shared)} of {len(all_words)} words of the names"


def _has_tax_number(one: Party, other: Party) -> bool:
    """Whether the first one's tax number is the other's, or stands in its notes."""
    number = _bare(one.tax_number)
    if len(number) < _SHORTEST_TAX_NUMBER:
        return False
    return number == _bare(other.tax_number) or number in _bare(other.notes)


def _words(text: str) -> list[str]:
    parts = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(character for character in parts if not unicodedata.combining(character))
    return re.findall(r"[^\W_]+", kept)


def _bare(text: str) -> str:
    return "".join(_words(text))


def _domain(email: str) -> str:
    domain = email.strip().casefold().rpartition("@")[2]
    return "" if domain in _PUBLIC_MAIL or "." not in domain else domain
