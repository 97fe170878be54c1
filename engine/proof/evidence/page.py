"""The evidence as one page for an auditor: self-contained HTML, no script, light and dark. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Final

from engine.proof.evidence.figures import Findings, Mutant
from engine.proof.evidence.rows import CATALOGUED
from engine.proof.evidence.summary import HOWS
from engine.proof.evidence.worth import HEADS, figures, percent

_STYLE: Final = """
:root { color-scheme: light dark; --line: #8885; --good: #1a7f37; --bad: #cf222e; }
@media (prefers-color-scheme: dark) { :root { --good: #56d364; --bad: #ff7b72; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .6rem; text-align: left; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
.good { color: var(--good); } .bad { color: var(--bad); font-weight: 600; }
small { opacity: .75; }
"""


def page(findings: Findings, whole: Mapping[str, object]) -> str:
    """The page; `whole` is what `summary.evidence` made of the same findings."""
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8"><title>Evidence</title>',
            '<meta name="viewport" content="width=device-width">',
            f"<style>{_STYLE}</style></head><body>",
            "<h1>Never twice, never lost: the evidence</h1>",
            *_about(whole),
            *_judgement(whole),
            *_figures(whole),
            *_deaths(findings),
            *_mutants(findings.mutants),
            *_rows(findings),
            *_fuzzed(findings),
            *_absent(findings),
            "</body></html>",
            "",
        ]
    )


def _about(whole: Mapping[str, object]) -> Iterator[str]:
    about = whole["about"]
    assert isinstance(about, Mapping)
    yield "<p><small>" + ", ".join(f"{escape(k)} {escape(str(v))}" for k, v in about.items())
    yield "</small></p>"


def _judgement(whole: Mapping[str, object]) -> Iterator[str]:
    said = whole["breaches"]
    assert isinstance(said, list)
    if not said:
        yield '<p class="good"><strong>&#10003; No breach of a guarantee was found.</strong></p>'
        return
    yield f'<p class="bad">&#10007; {len(said)} breaches</p><ul class="bad">'
    yield from (f"<li>{escape(str(line)[:2000])}</li>" for line in said)
    yield "</ul>"


def _figures(whole: Mapping[str, object]) -> Iterator[str]:
    yield "<h2>Figures</h2>"
    yield from _table(HEADS, figures(whole), numbers={1})
    yield (
        "<p><small>A bound is 3/n: with none seen in n independent trials the rate is below it "
        "with 95 % confidence. Injected faults are not field traffic; the bound is about what was "
        "injected.</small></p>"
    )


def _deaths(findings: Findings) -> Iterator[str]:
    if findings.kills is None:
        return
    table: dict[str, dict[str, list[bool]]] = {}
    for death in findings.kills.deaths:
        places = table.setdefault(death.where, {})
        places.setdefault(death.how, []).append(not death.wrong)
    yield "<h2>Deaths by boundary: survived of died</h2>"
    rows = [
        (where, *(_survived(places.get(how, [])) for how in HOWS))
        for where, places in sorted(table.items())
    ]
    yield from _table(("boundary and phase", *HOWS.values()), rows, numbers={1, 2, 3, 4, 5})


def _survived(fates: Sequence[bool]) -> str:
    return f"{sum(fates)} of {len(fates)}" if fates else ""


def _mutants(mutants: Sequence[Mutant]) -> Iterator[str]:
    if not mutants:
        return
    yield "<h2>Mutants: an ingredient left out on purpose</h2>"
    rows = [
        (
            mutant.name,
            mutant.instrument,
            "noticed" if mutant.is_killed else "NOT NOTICED",
            mutant.said,
        )
        for mutant in sorted(mutants, key=lambda mutant: (mutant.instrument, mutant.name))
    ]
    yield from _table(("mutant", "instrument", "", "what it said"), rows)


def _rows(findings: Findings) -> Iterator[str]:
    if not findings.rows:
        return
    excused = [row for row in findings.rows if row.excuse and not row.cases]
    missing = [row.row.upper() for row in findings.rows if not row.excuse and not row.cases]
    yield "<h2>The fault catalogue</h2>"
    shown = sum(row.cases > 0 for row in findings.rows if row.row in CATALOGUED)
    yield f"<p>{shown} of {len(CATALOGUED)} rows have a case that ran."
    if missing:
        yield f" Neither shown nor excused: {', '.join(missing)}."
    yield "</p>"
    if excused:
        yield from _table(
            ("excused", "why it cannot run here"), [(r.row.upper(), r.excuse) for r in excused]
        )
    rows = [(row.row.upper(), row.cases, row.passed) for row in findings.rows if row.cases]
    yield from _table(("row", "cases", "passed"), rows, numbers={1, 2})


def _fuzzed(findings: Findings) -> Iterator[str]:
    if not findings.fuzzed:
        return
    yield "<h2>Readers under invented bytes</h2>"
    rows = [
        (
            each.target,
            each.by,
            each.executions,
            each.crashes,
            "" if each.crashes else percent(min(1.0, 3 / max(1, each.executions))),
            f"{each.slowest_ms:.1f}",
            "; ".join(each.said),
        )
        for each in findings.fuzzed
    ]
    heads = ("reader", "by", "inputs", "crashes", "rate below", "slowest, ms", "what it said")
    yield from _table(heads, rows, numbers={2, 3, 4, 5})


def _absent(findings: Findings) -> Iterator[str]:
    if findings.absent:
        yield "<h2>What did not run</h2>"
        yield from _table(("instrument", "why"), list(findings.absent.items()))


def _table(
    heads: Sequence[str],
    rows: Iterable[Sequence[object]],
    numbers: frozenset[int] | set[int] = frozenset(),
) -> Iterator[str]:
    """A table; the columns of `numbers`, from 0, are set to the right."""
    kinds = [' class="n"' if number in numbers else "" for number in range(len(heads))]
    yield "<table><tr>" + "".join(
        f"<th{kind}>{escape(head)}</th>" for kind, head in zip(kinds, heads, strict=True)
    )
    for row in rows:
        yield "</tr><tr>" + "".join(
            f"<td{kind}>{escape(_shown(cell))}</td>" for kind, cell in zip(kinds, row, strict=True)
        )
    yield "</tr></table>"


def _shown(cell: object) -> str:
    return f"{cell:,}" if isinstance(cell, int) else str(cell)
