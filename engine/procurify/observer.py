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

    def missed(self, resource: str, count: int) -> None:
        """So many documents were to be expected and stayed away; 0 when that may be chance."""
        ...

    def drifted(self, resource: str, path: str) -> None:
        """A document read anew was not as Procurify documents it, at this path."""
        ...

    def late(self, resource: str, seconds: float) -> None:
        """A change showed so long after its own stamp, though a poll between should have met it."""
        ...

    def spent(self) -> None:
        """A request was not sent again, as the retry budget is spent."""
        ...

    def circuit(self, resource: str, is_open: bool) -> None:
        """The resource, or with "" the whole domain, is left alone now, or no longer."""
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

    def missed(self, resource: str, count: int) -> None:
        """Nothing happens."""

    def drifted(self, resource: str, path: str) -> None:
        """Nothing happens."""

    def late(self, resource: str, seconds: float) -> None:
        """Nothing happens."""

    def spent(self) -> None:
        """Nothing happens."""

    def circuit(self, resource: str, is_open: bool) -> None:
        """Nothing happens."""

    def waited(self, seconds: float) -> None:
        """Nothing happens."""
