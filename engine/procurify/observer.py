"""Who is told what the poller does, for metrics; nobody by default."""

from typing import Protocol


class Observer(Protocol):
    """Told after the fact; must return at once and never raise."""

    def poll_finished(self, resource: str, seconds: float) -> None:
        """A poll came to a good end."""
        ...

    def poll_broken(self, resource: str, cause: str) -> None:
        """A poll ended early; counted each time, also when the log already says so."""
        ...

    def documents_seen(self, resource: str, outcome: str, count: int) -> None:
        """So many documents were new, changed, unchanged, vanished or unreadable."""
        ...

    def called(self, status: str, seconds: float) -> None:
        """One request was answered (`status` "200") or not (`status` a cause)."""
        ...

    def retried(self, cause: str) -> None:
        """A request is sent again."""
        ...

    def waited(self, seconds: float) -> None:
        """A request waited for the rate limit or for the peer's patience."""
        ...


class NullObserver:
    """Tells nobody."""

    def poll_finished(self, resource: str, seconds: float) -> None:
        """Nothing happens."""

    def poll_broken(self, resource: str, cause: str) -> None:
        """Nothing happens."""

    def documents_seen(self, resource: str, outcome: str, count: int) -> None:
        """Nothing happens."""

    def called(self, status: str, seconds: float) -> None:
        """Nothing happens."""

    def retried(self, cause: str) -> None:
        """Nothing happens."""

    def waited(self, seconds: float) -> None:
        """Nothing happens."""
