"""Sees the events of a run at the moment of their commit, and holds them against SYSPRO's books.

The witness knows what the engine cannot: what the sandbox's ledger holds. It says which verdicts
over doubts were wrong when they were given (reliability.md §3.5 I4). It judges by the ledger and by
the events' plain bodies, never by the engine's reading of either. What an engine was not told,
because the answer to its commit was lost, the witness does not see.
"""

from collections.abc import Mapping, Sequence

from engine.core.events import Event
from engine.sandbox.syspro.ledger import Ledger

ROUTINE = frozenset(
    {"PollFinished", "RunStarted", "RunStopped", "SessionOpened", "SessionRevoked", "SessionLost"}
)
"""Events that come again and again while nothing happens."""


class Witness:
    """What was seen of a run; `wrong` are sentences about verdicts."""

    def __init__(self, ledger: Ledger) -> None:
        self.wrong: list[str] = []
        self.takeovers = 0
        self._ledger = ledger
        self._intents: dict[str, Mapping[str, object]] = {}
        self._epochs: dict[str, int] = {}
        self._holders: dict[str, str] = {}
        self.moves = 0

    def see(self, events: Sequence[Event]) -> None:
        """The events are committed, just now."""
        for event in events:
            self.moves += event.type not in ROUTINE
            self._count_takeover(event)
            if event.stream.startswith("command/"):
                self._see_command(event)

    def _see_command(self, event: Event) -> None:
        body, stream = event.body or {}, event.stream
        if event.type == "PostIntended":
            self._intents[stream] = body
        if event.type == "DoubtResolved":
            self._check_verdict(event, body)

    def _check_verdict(self, event: Event, body: Mapping[str, object]) -> None:
        outcome = body.get("outcome")
        if outcome not in ("committed", "not_committed"):
            return
        many = effects(self._ledger, self._intents.get(event.stream, {}))
        wanted = 1 if outcome == "committed" else 0
        if many is not None and many != wanted:
            said = f"{event.stream} was called {outcome} ({body.get('rule')}) and is there {many}×"
            self.wrong.append(said)

    def _count_takeover(self, event: Event) -> None:
        body = event.body or {}
        epoch, operator = body.get("epoch"), body.get("operator")
        if not isinstance(epoch, int) or not isinstance(operator, str):
            return
        before = self._epochs.get(operator, 0)
        if epoch > before and self._holders.get(operator, event.run_id) != event.run_id:
            self.takeovers += 1
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
