"""`modelcheck`: the posting protocol explored whole, and its unsafe variants found out."""

import argparse

from engine.cli.exits import Exit
from engine.cli.output import print_json, say, table
from engine.cli.verb import Verb
from engine.proof.model.checker import Checked, check
from engine.proof.model.explorer import Bounds

MOST = 9


def add_arguments(child: argparse.ArgumentParser) -> None:
    """Which variant, within which bounds, and whether the ways to the breaches are shown."""
    child.add_argument("--quick", action="store_true", help="smaller bounds, half a minute")
    child.add_argument("--variant", metavar="NAME", default="", help="one alone, such as V3 or two")
    child.add_argument("--trace", action="store_true", help="show the shortest way to each breach")
    for name, what in (
        ("crashes", "deaths of a worker"),
        ("epochs", "takeovers of the lease"),
        ("sends", "posts"),
    ):
        child.add_argument(f"--{name}", metavar="N", type=_few, help=f"at most so many {what}")


def _few(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= MOST):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to {MOST}")
    return int(text)


async def run(options: argparse.Namespace) -> int:
    """Exit 5 when a safe variant shows a breach or gets stuck, or an unsafe one shows none."""
    done = []
    for one in check(is_quick=options.quick, only=options.variant, bounds=_bounds(options)):
        done.append(one)
        if not options.json:
            _show(one, has_trace=options.trace)
    is_as_known = all(one.is_as_known for one in done)
    if options.json:
        print_json({"as_known": is_as_known, "variants": [_plain(one) for one in done]})
    elif is_as_known:
        say("every safe variant is clean and recovers from everywhere; every unsafe one was found")
    return Exit.OK if is_as_known else Exit.VERIFICATION_REFUSED


def _bounds(options: argparse.Namespace) -> Bounds | None:
    given = {
        name: value
        for name in ("crashes", "epochs", "sends")
        if (value := getattr(options, name)) is not None
    }
    return Bounds(**given) if given else None


def _show(one: Checked, *, has_trace: bool) -> None:
    found = one.found
    verdict = "" if one.is_as_known else "  NOT AS KNOWN"
    say(f"{one.variant.name:<9} {one.said}{verdict}  ({one.variant.words})")
    recovered = f", {found.recoverable:,} recover" if one.variant.is_safe else ""
    say(
        f"          {found.states:,} states, {found.transitions:,} transitions, "
        f"{found.violations:,} violations{recovered}; {one.bounds}; {one.seconds:.1f} s"
    )
    if has_trace and found.breach is not None:
        steps = enumerate(found.breach.trace, 1)
        for line in table(None, [[f"          {number}", text] for number, text in steps]):
            say(line)


def _plain(one: Checked) -> dict[str, object]:
    found = one.found
    return {
        "name": one.variant.name,
        "words": one.variant.words,
        "is_safe": one.variant.is_safe,
        "is_as_known": one.is_as_known,
        "said": one.said,
        "states": found.states,
        "transitions": found.transitions,
        "violations": found.violations,
        "recoverable": found.recoverable if one.variant.is_safe else None,
        "crashes": one.bounds.crashes,
        "epochs": one.bounds.epochs,
        "sends": one.bounds.sends,
        "seconds": round(one.seconds, 3),
        "trace": list(found.breach.trace) if found.breach is not None else [],
    }


VERB = Verb(
    name="modelcheck",
    summary="explore every state of the posting protocol, and find its unsafe variants out",
    add_arguments=add_arguments,
    run=run,
)
