"""What a company decides about purchase orders: a part of `[tenants.companies.policy]`."""

from typing import Literal

from pydantic import Field

from engine.config.base import Code, Table


class OrderRules(Table):
    """The settings of the policy that plans of orders look at; rules.md §5.1, §5.2 and §5.5."""

    po_numbering: Literal["auto", "manual", "prefix"] = Field(
        default="auto",
        description="Who numbers purchase orders: SYSPRO (auto), Procurify (manual), or Procurify "
        "with `po_prefix` before its number.",
    )
    po_prefix: str = Field(
        default="", pattern=r"^[A-Z0-9-]{0,6}$", description="Prefix of order numbers."
    )
    multi_company_orders: Literal["hold", "split"] = Field(
        default="hold",
        description="Orders whose lines are of several companies: held, or, where all of these say "
        "so, an order in each, with `-A`, `-B` behind its number.",
    )
    blanket_orders: Literal["hold", "amount", "ignore"] = Field(
        default="hold", description="Blanket orders: held, carried as amounts, or ignored."
    )
    card_orders: Literal["ignore", "send"] = Field(
        default="ignore", description="Orders paid by card."
    )
    zero_price: Literal["allow", "hold"] = Field(
        default="hold", description="Order lines without a price (free goods)."
    )
    negative_lines: Literal["hold", "charge"] = Field(
        default="hold",
        description="Order lines and charges below zero: held, or a charge below zero.",
    )
    split_lines: Literal["split", "single", "hold"] = Field(
        default="split",
        description="Non-stocked order lines charged to several accounts: a line for each, one "
        "line on the item's own account, or held.",
    )
    past_due_dates: Literal["keep", "today", "hold"] = Field(
        default="keep", description="Due dates of orders that have passed."
    )
    due_date_owner: Literal["procurify", "syspro"] = Field(
        default="procurify",
        description="Who rules the due dates of orders that are in SYSPRO.",
    )
    order_rate: Literal["syspro", "source"] = Field(
        default="syspro",
        description="Exchange rate of orders: SYSPRO's, or Procurify's, fixed, where its base is "
        "the company's currency.",
    )
    default_buyer: Code = Field(default="", description="Buyer of purchasers without a mapping.")
    comment_lines: int = Field(
        default=20, ge=1, le=200, description="Most comment lines of 45 characters of an order."
    )
    change_quiet_minutes: int = Field(
        default=0,
        ge=0,
        le=60,
        description="How many minutes an order must rest before its change is sent, so that "
        "several become one.",
    )
    price_after_receipt: Literal["hold", "change", "split"] = Field(
        default="hold",
        description="A price changed after goods came in on its line: held, changed for the rest, "
        "or the rest becomes a line of its own.",
    )
    account_after_receipt: Literal["hold", "split"] = Field(
        default="hold", description="The same for the account of a non-stocked line."
    )
    deleted_lines: Literal["complete", "hold"] = Field(
        default="complete",
        description="Lines deleted in Procurify after goods came in on them: completed at what was "
        "received, or held.",
    )
    cancelled_orders: Literal["cancel", "hold"] = Field(
        default="cancel",
        description="Orders cancelled in Procurify: cancelled, as far as nothing was received, or "
        "held.",
    )
    may_cancel_received: bool = Field(
        default=True,
        description="True if the operator may cancel orders with partially received lines.",
    )
    may_reopen_completed: bool = Field(
        default=False,
        description="True if SYSPRO allows maintenance of completed purchase orders.",
    )
