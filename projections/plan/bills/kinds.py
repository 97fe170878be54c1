"""Which types of bill a company carries: rules.md §5.3, §5.5 row 50. Pure.

Order bills always; expense and credit-card bills by policy, each owed to a supplier of its own
where the policy names one (whoever pays the employees, the card's provider).
"""

from collections.abc import Mapping
from typing import NoReturn

from engine.core.keys import DocumentKey
from projections.facts import Facts, written_fact
from projections.invoices import ORDER_BILL, Bill
from projections.plan.company import company_names, open_company
from projections.plan.outcomes import hold, settle
from projections.policy import Policy

EXPENSE_BILL, CARD_BILL = 1, 2
_NAMES: Mapping[int, str] = {EXPENSE_BILL: "expense", CARD_BILL: "credit-card"}


def is_carried(policy: Policy, type_: int) -> bool:
    """Whether bills of this type are carried to SYSPRO."""
    if type_ == EXPENSE_BILL:
        return policy.expense_bills == "send"
    if type_ == CARD_BILL:
        return policy.card_bills == "send"
    return type_ == ORDER_BILL


def supplier_by_policy(policy: Policy, type_: int) -> str:
    """The supplier that bills of this type are owed to; "" for the vendor's own."""
    if type_ == EXPENSE_BILL:
        return policy.expense_supplier
    return policy.card_supplier if type_ == CARD_BILL else ""


def require_carried_somewhere(facts: Facts, document: DocumentKey, bill: Bill) -> None:
    """Some company carries bills of this type, or SYSPRO has this one; else planning ends.

    So no bill is held for its company that would be carried to none.
    """
    if bill.type == ORDER_BILL or not bill.is_eligible:
        return
    policies = [open_company(facts, name).policy for name in company_names(facts)]
    if any(is_carried(policy, bill.type) for policy in policies):
        return
    if facts.get(written_fact(document)) is None:
        _settle_uncarried(bill)


def _settle_uncarried(bill: Bill) -> NoReturn:
    settle("not_eligible", "BILL_TYPE_OFF", detail=f"{_NAMES.get(bill.type, bill.type)} bill")


def require_carried(policy: Policy, bill: Bill) -> None:
    """The company carries bills of this type, and this one can be read; else planning ends."""
    if not is_carried(policy, bill.type):
        _settle_uncarried(bill)
    if bill.fault:
        hold("SOURCE_UNREADABLE", bill.fault)
