"""The printed form of each document, with what was laid over it, for as long as it holds.

Owns those forms, the last so many.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias, TypeVar

import orjson

from engine.sandbox.procurify.printing import Json, printed
from engine.sandbox.scenario.model import Source

T = TypeVar("T")
MOST: Final = 20_000
Shown: TypeAlias = dict[str, Json]


class Prints:
    """The prints of one tenant; `extras` are the fields that documents print over their own."""

    def __init__(self) -> None:
        self.extras: dict[Source, Shown] = {}
        self._kept: dict[Source, dict[str, tuple[object, object, orjson.Fragment]]] = {}

    def shown(
        self,
        shape: str,
        source: Source,
        row: T,
        print_row: Callable[[T], Shown],
        stamp: object = None,
    ) -> orjson.Fragment:
        """The row as JSON with its extras, printed once for as long as it is the current one.

        `stamp` is what else the print depends on: another one prints it anew.
        """
        shapes = self._kept.get(source)
        if shapes is None:
            if len(self._kept) >= MOST:
                del self._kept[next(iter(self._kept))]
            shapes = self._kept[source] = {}
        kept = shapes.get(shape)
        if kept is not None and kept[0] is row and kept[1] == stamp:
            return kept[2]
        fragment = orjson.Fragment(printed(self.overlaid(shape, source, print_row(row))))
        shapes[shape] = (row, stamp, fragment)
        return fragment

    def lay_over(self, source: Source, extras: Mapping[str, Json]) -> None:
        """The document prints these fields too, over what it would print by itself.

        A name may begin with the one shape that prints it, as in `row.approver`.
        """
        self.extras[source] = {**self.extras.get(source, {}), **extras}
        self.forget(source)

    def forget(self, source: Source) -> None:
        """The document is printed anew when it is looked at next."""
        self._kept.pop(source, None)

    def overlaid(self, shape: str, source: Source, shown: Shown) -> Shown:
        """What is shown of the document, with its extras."""
        for name, value in self.extras.get(source, {}).items():
            bare = name.removeprefix(f"{shape}.")
            if bare in shown:
                shown[bare] = value
        return shown
