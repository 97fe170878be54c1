"""Sees every event of a run at the moment of its commit, and holds it against SYSPRO's own books.

The witness knows what the engine cannot: what the sandbox's ledger holds. It says which verdicts
over doubts were wrong when they were given, and what the log must never show (reliability.md §3.5
I4, I7, I8, I11, I15). It judges by the ledger and by the events' plain bodies, never by the
engine's reading of either.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from engine.core.events import Event
from engine.sandbox.syspro.ledger import Ledger

ROUTINE = frozenset(
    {"PollFinished", "RunStarted", "RunStopped", "SessionOpened", "SessionRevoked", "SessionLost"}
)
"""Events that come again and again while nothing happens."""
OPEN = frozenset({"PostIntended", "PostInDoubt", "DoubtFenced", "OverrideRefused"})
"""The last events of a command that may have an effect which nobody knows of."""
DOUBTED = OPEN - {"OverrideRefused"}
"""Those of them that the engine has to settle, or to hand to a person; the rest are handed."""
DEATHS = frozenset({"SessionRevoked", "SessionLost", "DoubtFenced"})
"""After these nothing may be sent under the session that they name."""


class Witness:
    """What was seen of a run; `breaches` are sentences, `wrong` those about verdicts."""

    def __init__(self, ledger: Ledger) -> None:
        self.wrong: list[str] = []
        self.breaches: list[str] = []
        self.counts: Counter[str] = Counter()
        self._ledger = ledger
        self._last: dict[str, Event] = {}
        self._intents: dict[str, Mapping[str, object]] = {}
        self._epochs: dict[str, int] = {}
        self._holders: dict[str, str] = {}
        self._dead: set[object] = set()
        self.moves = 0

    def see(self, events: Sequence[Event]) -> None:
        """The events are committed, just now."""
        for event in events:
            self.counts[event.type] += 1
            self.moves += event.type not in ROUTINE
            self._check_epoch(event)
            self._check_session(event)
            if event.stream.startswith("command/"):
                self._see_command(event)

    def undecided(self) -> list[str]:
        """Commands in doubt that nobody settled and no person was given (I11): each a sentence.

        Only once a run has come to rest: until then a doubt may wait for its drain.
        """
        return [
            f"I11: {stream} rests undecided after {last.type}"
            for stream, last in self._last.items()
            if last.type in DOUBTED
        ]

    def _see_command(self, event: Event) -> None:
        body, stream = event.body or {}, event.stream
        last = self._last.get(stream)
        if event.type == "PostIntended":
            if last is not None and last.type in OPEN:
                self.breaches.append(f"I8: {stream} was sent while {last.type} was undecided")
            self._intents[stream] = body
        if event.type == "DoubtResolved":
            self.counts[f"resolved {body.get('outcome')}"] += 1
            self._check_verdict(event, body)
        self._last[stream] = event

    def _check_verdict(self, event: Event, body: Mapping[str, object]) -> None:
        outcome = body.get("outcome")
        if outcome not in ("committed", "not_committed"):
            return
        many = effects(self._ledger, self._intents.get(event.stream, {}))
        wanted = 1 if outcome == "committed" else 0
        if many is not None and many != wanted:
            said = f"{event.stream} was called {outcome} ({body.get('rule')}) and is there {many}×"
            self.wrong.append(said)

    def _check_session(self, event: Event) -> None:
        """No post is on its way under a session that is known to be dead (I7).

        A post to Procurify has no session, its tag is empty.
        """
        tag = (event.body or {}).get("session_tag")
        if event.type == "PostIntended" and tag in self._dead:
            self.breaches.append(f"I7: {event.stream} was sent under a session that had ended")
        if event.type in DEATHS and tag:
            self._dead.add(tag)

    def _check_epoch(self, event: Event) -> None:
        body = event.body or {}
        epoch, operator = body.get("epoch"), body.get("operator")
        if not isinstance(epoch, int) or not isinstance(operator, str):
            return
        before = self._epochs.get(operator, 0)
        if epoch < before:
            self.breaches.append(f"I15: {event.type} of epoch {epoch} came after epoch {before}")
        if epoch > before and self._holders.get(operator, event.run_id) != event.run_id:
            self.counts["takeovers"] += 1
        self._holders[operator] = event.run_id
        self._epochs[operator] = max(before, epoch)


def effects(ledger: Ledger, intent: Mapping[str, object]) -> int | None:
    """How many documents SYSPRO holds that are the effect of that intent; None: not told by a key.

    An order is known by the key in its customer's order number, an invoice by supplier and number,
    a supplier by its code; changes of what is there have no key of their own.
    """
    payload = intent.get("payload")
    if not isinstance(payload, Mapping):
        return None
    match intent.get("type"):
        case "purchase_order_add":
            wanted = payload.get("external_key")
            rows = ledger.tables["PorMasterHdr"].in_order()
            return sum(str(row["CustomerPoNumber"]).strip() == wanted for row in rows)
        case "invoice_add":
            key = (str(payload.get("supplier")), str(payload.get("invoice")))
            return int(ledger.tables["ApInvoice"].get(key) is not None)
        case "supplier_add":
            code = (str(payload.get("supplier")),)
            return int(ledger.tables["ApSupplier"].get(code) is not None)
        case _:
            return None
