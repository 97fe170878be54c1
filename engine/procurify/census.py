"""How many things a list holds, against how many of them were read: whether any stay hidden.

A document may come to light behind the cursor, with an old stamp, or slip over a page's edge
(reliability.md P19, P21); then the list has grown by more than was read as new. What a list holds
is counted after a walk and compared after the next, so that what came between is read by then.
"""

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Census:
    """`counted`: what the list held after the last walk. `known`: how many of them are accounted
    for: read, or not to be read. None before the first count, and where the list does not say."""

    counted: int | None = None
    known: int | None = None

    @property
    def is_short(self) -> bool:
        """Whether the list holds things that no walk showed."""
        return self.counted is not None and self.known is not None and self.counted > self.known

    def read(self, new: int, gone: int = 0) -> None:
        """A walk ended; so many things were read for the first time, so many left the list.

        Things that left the list unseen, and things known as new that were in it, are evened out.
        What left and is counted again is there again, however old its stamp; where the last count
        had missed it already, the list is walked once more for nothing.
        """
        if self.counted is None or self.known is None:
            return
        self.known += new
        if not self.is_short:
            self.known = min(self.known, self.counted + new)
        self.known -= gone

    def begin(self, total: int | None, wanted: int | None) -> None:
        """Nothing was read yet of a list that holds so many things, so many of them to be read.

        None for what the list does not say.
        """
        self.counted = total
        self.known = None if total is None else max(0, total - (wanted or 0))

    def recounted(self, listed: int) -> None:
        """The whole list was walked and held so many things: these are accounted for, no others,
        whatever was counted before."""
        if self.counted is not None and self.known is not None:
            self.counted = self.known = listed

    def count(self, total: int | None) -> None:
        """The list holds so many things now; None when it does not say."""
        self.counted = total
        if self.known is None or total is None:
            self.known = total
