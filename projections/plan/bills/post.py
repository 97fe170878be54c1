"""What a bill calls for in SYSPRO: an invoice, a registration, a credit note, nothing. Pure.

The rules of rules.md §5.3 are looked at in one order: whether the bill is to be there, its number,
what is owed, when and to whom, and what it is matched with and charged to.
"""

from typing import NoReturn

from engine.core.canonical import JsonObject
from engine.core.commands import Payload, command_type, to_json
from engine.core.keys import DocumentKey
from projections.facts import Facts, written_fact
from projections.invoices import Bill
from projections.plan.bills.credits import credit_note
from projections.plan.bills.days import days_of
from projections.plan.bills.desk import Desk
from projections.plan.bills.invoice import invoice_of
from projections.plan.bills.kinds import require_carried
from projections.plan.bills.notices import notices_of
from projections.plan.bills.numbers import invoice_number, require_unused
from projections.plan.bills.posted import settle_posted
from projections.plan.bills.registration import registration
from projections.plan.bills.rules import require_ours, require_signs
from projections.plan.bills.totals import agreed_value
from projections.plan.bills.versions import require_latest
from projections.plan.company import Company
from projections.plan.outcomes import Planned, Settled, Stopped, hold, settle


def plan_bill(
    facts: Facts, tenant: str, document: DocumentKey, company: Company, bill: Bill
) -> Planned:
    """The command for the bill; raises `Stopped` where it is there, not to be, held or waiting."""
    written = facts.get(written_fact(document))
    if written is not None:
        settle_posted(facts, company, document, bill, written)
    if not bill.is_eligible:
        settle("not_eligible", "NOT_READY")
    require_carried(company.policy, bill)
    if bill.content is None:
        settle("not_eligible", "NOT_READY")
    require_latest(facts, document, bill)
    desk = Desk(
        facts=facts,
        tenant=tenant,
        company=company,
        document=document,
        bill=bill,
        content=bill.content,
    )
    payload, part = _wanted(desk)
    if company.policy.bill_posting == "validate":
        _settle_validated(payload)
    return Planned(
        payload=payload,
        action="add",
        part=part,
        revision=desk.content.revision,
        external_key=desk.key,
        company=company.name,
        notices=notices_of(desk, payload),
    )


def _wanted(desk: Desk) -> tuple[Payload, str]:
    """The command, and which part of the bill it is."""
    require_ours(desk)
    invoice = invoice_number(desk.company, desk.content)
    require_unused(desk.facts, desk.company, desk.document, desk.content, invoice)
    value = agreed_value(desk)
    if value == 0:
        _stop_at_zero(desk)
    require_signs(desk, value)
    days = days_of(desk)
    if value < 0:
        return credit_note(desk, value, days), "credit"
    if desk.policy.bill_posting == "register":
        return registration(desk, invoice, value, days), "registration"
    try:
        return invoice_of(desk, invoice, value, days), "invoice"
    except Stopped as stopped:
        is_early = stopped.outcome.reason == "WAITING_RECEIPT"
        if not is_early or desk.policy.unreceived_bills != "register":
            raise
    return registration(desk, invoice, value, days), "registration"


def _stop_at_zero(desk: Desk) -> NoReturn:
    """Nothing is owed. SYSPRO takes no invoice of zero, so that a bill with an effect is held."""
    content = desk.content
    amounts = [amount for item in content.items for amount in (item.total, item.tax_amount)]
    amounts += [cost.amount for cost in content.costs]
    has_effect = any(amounts) or any(item.order for item in content.items)
    if has_effect or desk.policy.zero_bills == "hold":
        hold("ZERO_BILL")
    settle("ignored", "NOTHING_OWED")


def _settle_validated(payload: Payload) -> NoReturn:
    """All rules are passed, and nothing is sent; the row keeps what would have been."""
    shadow: JsonObject = {
        "type": command_type(payload),
        "action": "add",
        "payload": to_json(payload),
    }
    raise Stopped(Settled(state="validated", shadow=shadow))
