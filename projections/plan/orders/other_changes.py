"""Which comments and charges of an order are to be added, changed or deleted. Pure.

A charge is known by what it is for. Comments have no names in SYSPRO: a text that stands on the
order already stays, whatever it was for, and the rest is rewritten line by line.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.core.commands import ChargeLine, CommentLine


def changed_charges(
    old: Sequence[ChargeLine], new: Sequence[ChargeLine], numbers: Mapping[str, int]
) -> tuple[ChargeLine, ...]:
    """The charges that differ; one that becomes of another kind is deleted and added."""
    before = {line.key: _bare(line) for line in old}
    after = {line.key: line for line in new}
    found: list[ChargeLine] = []
    for key, line in before.items():
        wanted = after.get(key)
        if wanted is None or wanted.kind != line.kind:
            found.append(replace(line, action="D", line=numbers.get(key)))
    for key, line in after.items():
        known = before.get(key)
        if known is None or known.kind != line.kind:
            found.append(line)
        elif known != line:
            found.append(replace(line, action="C", line=numbers.get(key)))
    return tuple(found)


def changed_comments(
    old: Sequence[CommentLine], new: Sequence[CommentLine], numbers: Mapping[str, int]
) -> tuple[CommentLine, ...]:
    """The comments that differ; a text that is wanted twice where it stands once is left so."""
    wanted = Counter(line.text for line in new)
    gone: list[CommentLine] = []
    standing: set[str] = set()
    for line in old:
        if wanted[line.text] > 0:
            wanted[line.text] -= 1
            standing.add(line.text)
        else:
            gone.append(line)
    fresh = {line.text: line for line in new if line.text not in standing}
    used = {line.key for line in old}
    found: list[CommentLine] = []
    for line in gone[len(fresh) :]:
        found.append(replace(line, action="D", line=numbers.get(line.key)))
    for place, line in enumerate(fresh.values()):
        if place < len(gone):
            known = gone[place]
            number = numbers.get(known.key)
            found.append(replace(known, action="C", line=number, text=line.text))
        else:
            found.append(replace(line, key=_unused(line.key, used)))
    return tuple(found)


def _bare(line: ChargeLine) -> ChargeLine:
    return replace(line, action="A", line=None, seen=())


def _unused(key: str, used: set[str]) -> str:
    while key in used:
        key += "+"
    used.add(key)
    return key
