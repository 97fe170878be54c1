"""What a person may want to know of how a bill's command came about: rules.md §5.3. Pure.

Words that are spelt otherwise in SYSPRO, what is to be cleared from the suspense account, and a due
date that is far from the supplier's terms. How many days terms are SYSPRO's tables do not tell
(syspro.md §4), so the mapping `terms_days` says it.
"""

from collections.abc import Iterator
from datetime import timedelta

from engine.core.commands import CreditNoteAdd, InvoiceAdd, InvoiceRegister, Payload
from engine.core.money import total
from projections.facts import text_of
from projections.plan.bills.desk import Desk
from projections.plan.texts import respelt
from projections.supplier_rows import fields_fact


def notices_of(desk: Desk, payload: Payload) -> tuple[str, ...]:
    """What is to be told of the command for the bill, nothing where all is usual."""
    found = list(respelt(*_words(desk, payload)))
    if isinstance(payload, InvoiceAdd | InvoiceRegister):
        found.extend(_far_from_terms(desk, payload))
    if isinstance(payload, InvoiceAdd | CreditNoteAdd):
        found.extend(_suspended(desk, payload))
    return tuple(found)


def _words(desk: Desk, payload: Payload) -> Iterator[str]:
    """What is description alone: the note, and the words of ledger lines."""
    yield from (desk.content.invoice, desk.content.note)
    if not isinstance(payload, InvoiceRegister):
        yield from (item.description for item in desk.content.items)
        yield from (cost.name for cost in desk.content.costs)


def _suspended(desk: Desk, payload: InvoiceAdd | CreditNoteAdd) -> Iterator[str]:
    """What lines without an account leave on the company's suspense account (§5.5, 28)."""
    code = desk.policy.suspense_account
    values = [line.value for line in payload.distribution if code and line.ledger_code == code]
    if values:
        yield f"{total(values)} on suspense account {code}, to be cleared before the period closes"


def _far_from_terms(desk: Desk, payload: InvoiceAdd | InvoiceRegister) -> Iterator[str]:
    """The stated due date, if it misses that of the terms by more days than the policy lets pass.

    Nothing where the policy compares none, or where nobody said how long the terms are.
    """
    most = desk.policy.due_date_days
    if most is None or payload.due_on is None:
        return
    fields = desk.facts.get(fields_fact(desk.company.name, payload.supplier))
    terms = text_of(fields, "TermsCode")
    days = desk.mapped("terms_days", terms)
    if not (days.isascii() and days.isdecimal()):
        return
    by_terms = payload.invoice_on + timedelta(days=int(days))
    if abs(payload.due_on - by_terms).days > most:
        yield f"due on {payload.due_on}, by the supplier's terms {terms} on {by_terms}"
