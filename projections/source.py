"""Reading what Procurify sent, field by field, saying where it is not as documented. Pure.

Shapes: procurify.md §4. Every nested object may be missing or null (procurify.md §10); a plan
says by the accessor it uses whether it can do without.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.core.canonical import JsonValue
from engine.core.money import read_amount


class Unreadable(Exception):
    """A field is missing or of another type; the text names its path. Held, never a crash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A place in a JSON document, and how one got there."""

    value: JsonValue
    path: str = "$"

    def at(self, *names: str) -> "Source":
        """The place under these names; null where anything on the way is missing or null."""
        place = self
        for name in names:
            inner = place.value
            if inner is not None and not isinstance(inner, Mapping):
                raise Unreadable(f"{place.path}: an object is expected")
            found = inner.get(name) if inner is not None else None
            place = Source(value=found, path=f"{place.path}.{name}")
        return place

    def there(self, *names: str) -> "Source":
        """As `at`, where each object on the way must have the name, be it null: a renamed field
        shall not pass for an empty one."""
        place = self
        for name in names:
            if isinstance(place.value, Mapping) and name not in place.value:
                raise Unreadable(f"{place.path}.{name}: is not there")
            place = place.at(name)
        return place

    def items(self) -> Iterator["Source"]:
        """The places in a list; none where it is null."""
        if self.value is None:
            return
        if isinstance(self.value, str) or not isinstance(self.value, Sequence):
            raise Unreadable(f"{self.path}: a list is expected")
        for place, inner in enumerate(self.value):
            yield Source(value=inner, path=f"{self.path}[{place}]")

    def text(self, *names: str) -> str:
        """The text there, trimmed; "" where it is null."""
        place = self.at(*names)
        if place.value is None:
            return ""
        if not isinstance(place.value, str):
            raise Unreadable(f"{place.path}: a text is expected")
        return place.value.strip()

    def amount(self, *names: str) -> Decimal:
        """The number there, given as a number or as a text of digits."""
        found = self.amount_or_none(*names)
        if found is None:
            raise Unreadable(f"{self.at(*names).path}: a number is expected")
        return found

    def amount_or_none(self, *names: str) -> Decimal | None:
        """As `amount`, None where it is null or an empty text."""
        place = self.at(*names)
        if place.value is None or place.value == "":
            return None
        found = read_amount(place.value)
        if found is None:
            raise Unreadable(f"{place.path}: a number is expected")
        return found

    def identity(self, *names: str) -> str:
        """The id there, as text; "" where it is null."""
        place = self.at(*names)
        if place.value is None:
            return ""
        if isinstance(place.value, bool) or not isinstance(place.value, int | str):
            raise Unreadable(f"{place.path}: an id is expected")
        return str(place.value)

    def number(self, *names: str) -> int | None:
        """The whole number there (an enumeration, a version); None where it is null."""
        place = self.at(*names)
        if place.value is None:
            return None
        if isinstance(place.value, bool) or not isinstance(place.value, int):
            raise Unreadable(f"{place.path}: a whole number is expected")
        return place.value

    def choice(self, *names: str, among: Collection[int]) -> int | None:
        """As `number`, of an enumeration whose values are these (procurify.md §5)."""
        found = self.number(*names)
        if found is not None and found not in among:
            raise Unreadable(f"{self.at(*names).path}: {found} has no known meaning")
        return found

    def named(self, *names: str) -> str:
        """As `identity`, where there must be one."""
        found = self.identity(*names)
        if not found:
            raise Unreadable(f"{self.at(*names).path}: an id is expected")
        return found

    def flag(self, *names: str, default: bool) -> bool:
        """The yes or no there; the default where it is null."""
        place = self.at(*names)
        if place.value is None:
            return default
        if not isinstance(place.value, bool):
            raise Unreadable(f"{place.path}: true or false is expected")
        return place.value
