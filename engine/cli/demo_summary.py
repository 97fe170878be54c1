"""What a demo found at its end, as one JSON line and as text that a buyer understands."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.cli import worklist
from engine.cli.output import say
from engine.cli.worklist import money
from engine.standing import Entry

Oracle = Mapping[str, object]
NAMES = {"vendor": "vendors", "purchase_order": "purchase orders", "bill": "bills"}
PLACES = frozenset({"companies", "currencies"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The demo's outcome.

    `lost`: missing in SYSPRO and not held; `held_wrongly`: held without the scenario's wish,
    `not_held`: not held against it; `totals_unequal`: groups of documents (kind, company, currency,
    month) that do not come to the same on both sides. `story`: how often what has happened.
    """

    procurify: Mapping[str, int]
    syspro: Mapping[str, int]
    posted: Mapping[str, int]
    held: Sequence[Entry]
    duplicates: int
    lost: int
    held_wrongly: int
    not_held: int
    differences: int
    totals_unequal: int
    story: Mapping[str, int]
    events: int
    chain: str
    replay: str
    probe: str
    wall_s: float

    @property
    def is_as_promised(self) -> bool:
        """Nothing twice, nothing lost, nothing held or changed that should not be."""
        wrong = self.duplicates + self.lost + self.held_wrongly + self.not_held
        wrong += self.differences + self.totals_unequal
        proofs = (self.chain, self.replay, self.probe)
        return wrong == 0 and proofs == ("verified", "identical", "passed")

    def plain(self) -> dict[str, object]:
        """The summary as JSON."""
        return {
            "procurify": dict(self.procurify),
            "syspro": dict(self.syspro),
            "held": dict(Counter(entry.reason for entry in self.held)),
            "duplicates": self.duplicates,
            "lost": self.lost,
            "held_wrongly": self.held_wrongly,
            "not_held": self.not_held,
            "differences": self.differences,
            "totals_unequal": self.totals_unequal,
            "story": dict(self.story),
            "events": self.events,
            "chain": self.chain,
            "replay": self.replay,
            "probe": self.probe,
            "wall_s": round(self.wall_s, 1),
        }

    def show(self) -> None:
        """The summary for people."""
        say()
        say("What happened")
        say()
        for kind, name in NAMES.items():
            held = [entry for entry in self.held if entry.kind == kind]
            value = f" ({money(held)})" if money(held) else ""
            need = f", {len(held)} to be acted on{value}" if held else ""
            say(f"  {self.posted.get(kind, 0):>4} {name} are in SYSPRO{need}")
        say()
        say(f"  Meanwhile: {_told(self.story)}.")
        say()
        say(f"  Nothing twice: {_verdict(self.duplicates)}")
        say(f"  Nothing lost: {_verdict(self.lost)}")
        say(f"  Amounts and quantities as in Procurify: {_verdict(self.differences)}")
        say(f"  Totals by company, currency and month as there: {_verdict(self.totals_unequal)}")
        say(f"  Nothing held without cause: {_verdict(self.held_wrongly)}")
        say(f"  Nothing let pass that must be held: {_verdict(self.not_held)}")
        worklist.show("Who must act on what", self.held)
        say()
        say(
            f"{self.events} events in the log, chain {self.chain}; folded again: {self.replay}; "
            f"probe of SYSPRO {self.probe}; {self.wall_s:.1f} s in all."
        )


def _told(story: Mapping[str, int]) -> str:
    """What has happened in the story, most often first; where it plays is no happening."""
    kinds = [kind for kind in story if story[kind] and kind not in PLACES]
    happened = sorted(kinds, key=lambda kind: -story[kind])
    return ", ".join(f"{story[kind]} {kind.replace('_', ' ')}" for kind in happened) or "nothing"


def _verdict(faults: int) -> str:
    return "yes" if faults == 0 else f"NO, {faults} are not"


def summarised(
    oracle: Oracle,
    held: Sequence[Entry],
    *,
    events: int,
    chain: str,
    replay: str,
    probe: str,
    wall_s: float,
) -> Summary:
    """The summary of a demo from the sandboxes' oracle and the engine's own standing."""
    missing, wanted = named(oracle, "missing"), named(oracle, "must_hold")
    stuck = {(entry.kind, entry.source_id) for entry in held}
    counts = oracle["counts"]
    assert isinstance(counts, dict)
    posted, happened = oracle["posted"], oracle["story"]
    assert isinstance(posted, dict) and isinstance(happened, dict)
    return Summary(
        procurify=counts["procurify"],
        syspro=counts["syspro"],
        posted=posted,
        held=held,
        duplicates=len(listed(oracle, "duplicates")),
        lost=len(missing - stuck),
        held_wrongly=len(stuck - wanted),
        not_held=len(wanted - stuck),
        differences=len(listed(oracle, "differences")),
        totals_unequal=sum(row["procurify"] != row["syspro"] for row in listed(oracle, "totals")),
        story=happened,
        events=events,
        chain=chain,
        replay=replay,
        probe=probe,
        wall_s=wall_s,
    )


def listed(oracle: Oracle, name: str) -> list[Mapping[str, object]]:
    """One of the oracle's lists."""
    found = oracle[name]
    assert isinstance(found, list)
    return found


def named(oracle: Oracle, name: str) -> set[tuple[str, str]]:
    """(kind, source id) of each entry of one of the oracle's lists."""
    return {(str(entry["kind"]), str(entry["source_id"])) for entry in listed(oracle, name)}
