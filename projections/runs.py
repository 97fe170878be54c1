"""When each poller last finished, and whether it is broken since: rows of `polls`. Pure."""

from engine.core.canonical import JsonObject
from engine.core.events import Event
from engine.core.projection import Overlay, Table
from projections.facts import text_of


def fold_finished(overlay: Overlay, event: Event, body: JsonObject) -> None:
    """The poller's row holds its last good run, and nothing is broken any more."""
    overlay.put(
        Table.POLLS,
        _key(body),
        {
            **{name: value for name, value in body.items() if name != "is_complete"},
            "stream": event.stream,
            "position": event.position,
            "finished_at": event.recorded_at.isoformat(),
            "broken": "",
            "broken_at": None,
        },
    )


def fold_broken(overlay: Overlay, event: Event, body: JsonObject) -> None:
    """The poller's row says since when and by what it is broken; its last good run stays."""
    key = _key(body)
    known = overlay.get(Table.POLLS, key) or {
        "side": text_of(body, "side"),
        "name": text_of(body, "name"),
        "resource": text_of(body, "resource"),
        "stream": event.stream,
        "finished_at": None,
    }
    overlay.put(
        Table.POLLS,
        key,
        {
            **known,
            "broken": text_of(body, "cause") or "unknown",
            "text": text_of(body, "text"),
            "broken_at": event.recorded_at.isoformat(),
        },
    )


def _key(body: JsonObject) -> str:
    return "/".join(text_of(body, part) for part in ("side", "name", "resource"))
