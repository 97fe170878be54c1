"""What is settled because SYSPRO took it from us. Pure."""

from typing import NoReturn

from engine.core.canonical import JsonObject
from engine.core.commands import PurchaseOrderAdd, from_json
from projections.facts import number_of, object_of, text_of
from projections.plan.outcomes import settle


def settle_written(written: JsonObject | None, detail: str = "") -> NoReturn:
    """The document is in SYSPRO as we wrote it, with the differences that reading back showed.

    Warnings that came with SYSPRO's acceptance are told for a person to look at (§5.5, 39).
    """
    key = text_of(written, "syspro_key")
    replaced = written.get("replaced") if written else None
    if isinstance(replaced, list | tuple) and replaced and not detail:
        detail = f"in place of {', '.join(map(str, replaced))}"
    differences = written.get("differences") if written else None
    if isinstance(differences, list | tuple) and differences:
        shown = "; ".join(str(difference) for difference in differences[:10])
        settle("in_syspro", "DIFFERS_IN_SYSPRO", syspro_key=key, detail=shown)
    warnings = written.get("warnings") if written else None
    if isinstance(warnings, list | tuple) and warnings:
        shown = "; ".join(str(warning) for warning in warnings[:10])
        settle("in_syspro", "ACCEPTED_WITH_WARNINGS", syspro_key=key, detail=shown)
    settle("in_syspro", syspro_key=key, detail=detail)


def written_order(written: JsonObject) -> PurchaseOrderAdd:
    """The order as SYSPRO took it from us, later changes included."""
    payload = from_json("purchase_order_add", object_of(written, "payload"))
    assert isinstance(payload, PurchaseOrderAdd)
    return payload


def part_after(written: JsonObject) -> str:
    """Tells a post from an earlier one of the same revision: orders go there and back."""
    return f"order after {number_of(written, 'count')}"


def line_number(value: object) -> int | None:
    """SYSPRO's line number, from a number or a text of digits; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str):
        bare = value.strip().partition(".")[0]
        return int(bare) if bare.isascii() and bare.isdigit() else None
    return None
