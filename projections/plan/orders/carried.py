"""Which orders are carried to SYSPRO: open ones, and by policy blanket and card ones. Pure."""

from projections.plan.company import Company
from projections.plan.outcomes import hold, settle
from projections.purchase_orders import Content, Order


def is_carried(company: Company, order: Order) -> bool:
    """Whether the order is to be in SYSPRO: open, and not paid by card unless the policy says so.

    Procurify itself leaves orders paid by card out of its exports (rules.md §5.1).
    """
    return order.is_eligible or (order.is_open and company.policy.card_orders == "send")


def require_carried(company: Company, order: Order) -> Content:
    """What the order is, if it is carried; else settled, with the reason where a policy says so."""
    if order.is_open and not is_carried(company, order):
        settle("not_eligible", "CARD_ORDER")
    if not is_carried(company, order) or order.content is None:
        settle("not_eligible", "NOT_READY")
    content = order.content
    if content.is_blanket or any(item.is_blanket for item in content.items):
        policy = company.policy.blanket_orders
        if policy == "ignore":
            settle("not_eligible", "BLANKET_ORDER")
        if policy != "amount":
            hold("BLANKET_PO")
    return content
