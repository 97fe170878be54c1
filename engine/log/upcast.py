"""Old events in today's shape: every body is lifted on read, none is ever rewritten. Pure.

A step lifts one type from one schema version to the next; `Upcaster` chains steps until none
fits. A type that never changed has no step. Old versions stay readable for ever: a golden corpus
in the tests holds one event of each version that was ever written.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.core.canonical import JsonObject

Step = Callable[[JsonObject], JsonObject]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upcaster:
    """The steps known, by (type, schema version that they lift from)."""

    steps: Mapping[tuple[str, int], Step] = field(default_factory=dict)

    def lift(self, type_name: str, schema_version: int, body: JsonObject) -> tuple[int, JsonObject]:
        """The newest schema version that steps lead to, and the body in it."""
        while step := self.steps.get((type_name, schema_version)):
            body = step(body)
            schema_version += 1
        return schema_version, body
