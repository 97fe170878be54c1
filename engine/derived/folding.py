"""One event folded, in slices small enough for a transaction, resumable after every question.

A projection that plans shows two halves besides `evolve`: `fold` says what the event itself
changes and which documents and facts moved, `replan` plans one document again. The documents to
plan are those named by the fold and those that consulted a fact that moved; they are planned in
the order of their keys, `SLICE` to a slice. Slices are the same in every run, whatever the
batches, so results are too. A projection without the halves is one slice. Does no I/O.
"""

import traceback
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol, TypeGuard, runtime_checkable

from engine.core.events import FORMAT, Event
from engine.core.projection import Address, Ask, Changes, Overlay, Projection, View
from engine.derived.workspace import Progress, Workspace
from engine.errors import EngineError, Malformed

SLICE: Final = 500


class Fold(Protocol):
    """What one event changes by itself, and what has to be planned again because of it."""

    @property
    def changes(self) -> Changes:
        """The rows that the event leaves behind, before any planning."""
        ...

    @property
    def documents(self) -> Iterable[str]:
        """The documents that the event is about."""
        ...

    @property
    def needs(self) -> Iterable[str]:
        """The facts that moved; whoever consulted one is planned again."""
        ...


@runtime_checkable
class Planning(Projection, Protocol):
    """A projection whose documents can be planned one by one."""

    def fold(self, view: View, event: Event) -> Fold:
        """What the event changes and moves. May raise `Ask`."""
        ...

    def replan(self, view: View, document: str, event: Event) -> Changes:
        """The rows that planning one document again leaves behind. May raise `Ask`."""
        ...


def _plans(projection: Projection) -> TypeGuard[Planning]:
    """Whether the projection shows the two halves; asked at every event, so it is remembered."""
    return _has_halves(type(projection))


@lru_cache(maxsize=16)
def _has_halves(kind: type) -> bool:
    return hasattr(kind, "fold") and hasattr(kind, "replan")


class Stalled(EngineError):
    """An event cannot be folded; the projection stops before it."""


def stalled(event: Event, error: Exception) -> Stalled:
    """Says which event, which exception and where; not its text, which may quote the event."""
    if event.schema_version > FORMAT:
        return Stalled(
            f"event {event.position} ({event.type}) of tenant {event.tenant} was written by a "
            f"newer version: it has format {event.schema_version}, this one knows {FORMAT}; "
            "nothing after it is planned until a version that knows it runs"
        )
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return Stalled(
        f"event {event.position} ({event.type}) of tenant {event.tenant} cannot be folded: "
        f"{type(error).__name__}{place}; nothing after it is planned until a version that can"
    )


class Folding:
    """The folding of one event: `next_slice` until `is_done`.

    Both methods raise `Ask`, and `Malformed` for an event of a newer version; called again with
    the rows at hand, they go on where they stopped. `progress`: where a broken-off fan-out goes on;
    its fold is done and is not repeated.
    """

    def __init__(
        self,
        projection: Projection,
        workspace: Workspace,
        event: Event,
        progress: Progress | None = None,
    ) -> None:
        self.event = event
        self.is_done = False
        self._projection = projection
        self._workspace = workspace
        self._stage = Overlay(under=workspace)
        self._progress = progress
        self._is_resumed = progress is not None
        self._targets: list[str] | None = None
        self._planned = 0
        self._applied = 0

    @property
    def is_wide(self) -> bool:
        """Whether the event takes more than one slice, or is the rest of one that does."""
        return self._is_resumed or len(self._targets or ()) > SLICE

    @property
    def after(self) -> str:
        """The last document whose new plan is in the workspace; "" before the first."""
        if self._targets is not None and self._applied:
            return self._targets[self._applied - 1]
        return self._progress.after if self._progress else ""

    def begin(self) -> None:
        """The event's own changes are staged, and the documents to plan are known."""
        if self._targets is not None:
            return
        if self.event.schema_version > FORMAT:
            raise Malformed(f"format {self.event.schema_version} is newer than {FORMAT}")
        if not _plans(self._projection):
            self._stage.changes.update(self._projection.evolve(self._workspace, self.event))
            self._targets = []
            return
        if self._progress is None:
            fold = self._projection.fold(self._workspace, self.event)
            progress = Progress(
                needs=tuple(sorted(set(fold.needs))),
                documents=tuple(sorted(set(fold.documents))),
                after="",
            )
            targets = self._documents_of(progress)
            self._stage.changes.update(fold.changes)
            self._progress = progress
        else:
            targets = self._documents_of(self._progress)
        self._targets = [key for key in targets if key > self._progress.after]

    def next_slice(self) -> None:
        """One more slice is in the workspace, whole; the first holds the event's own changes."""
        self.begin()
        targets = self._targets or []
        end = min(self._applied + SLICE, len(targets))
        if _plans(self._projection):
            while self._planned < end:
                document = targets[self._planned]
                changes = self._projection.replan(self._stage, document, self.event)
                self._stage.changes.update(changes)
                self._planned += 1
        self._workspace.apply(self._stage.changes)
        self._stage = Overlay(under=self._workspace)
        self._applied = end
        self.is_done = end == len(targets)

    def part(self) -> str:
        """What the checkpoint keeps of an event that is not done; "" when it is."""
        if self.is_done or self._progress is None or not self.after:
            return ""
        return replace(self._progress, after=self.after).to_text()

    def _documents_of(self, progress: Progress) -> list[str]:
        found = set(progress.documents)
        missing: set[str] = set()
        for need in progress.needs:
            try:
                found.update(self._workspace.dependants(need))
            except Ask as ask:
                missing |= ask.needs
        if missing:
            raise Ask(needs=missing)
        return sorted(found)


def scout(
    projection: Projection, workspace: Workspace, events: Sequence[Event]
) -> tuple[Ask, list[Event]]:
    """What these events would ask for, as far as can be seen, and which of them ask.

    A hint only: earlier events of the batch are not folded yet, so what is asked for may be
    wrong or too little, and what fails here is left to the fold itself to fail at.
    """
    rows: set[Address] = set()
    needs: set[str] = set()
    asking: list[Event] = []
    for event in events:
        try:
            _rehearse(projection, workspace, event)
        except Ask as ask:
            rows |= ask.rows
            needs |= ask.needs
            asking.append(event)
        except Exception:
            continue
    return Ask(rows=rows, needs=needs), asking


def _rehearse(projection: Projection, workspace: Workspace, event: Event) -> None:
    if not _plans(projection):
        projection.evolve(workspace, event)
        return
    fold = projection.fold(workspace, event)
    stage = Overlay(under=workspace, changes=dict(fold.changes))
    for document in sorted(set(fold.documents))[:SLICE]:
        stage.changes.update(projection.replan(stage, document, event))
