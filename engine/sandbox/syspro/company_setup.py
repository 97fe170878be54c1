"""The setup options of a company that rule its documents, as PORQSO and APSQSO read them.

Names are documented (syspro.md §3.1, §3.6); the defaults are those of this sandbox. Pure.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchasingSetup:
    """Purchase order setup; flags as PORQSO names them."""

    default_price_method: str = "M"
    keeps_headers_without_lines: bool = False
    restricts_order_to_one_warehouse: bool = False
    sets_ready_to_print_after_change: bool = False
    maintains_completed_orders: bool = False
    buyer: Literal["optional", "checked", "mandatory"] = "checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class PayablesSetup:
    """Accounts payable setup; `tax_method` N none, D distributed, S summarised (letters: §3.4)."""

    tax_method: Literal["N", "D", "S"] = "D"
    validates_supplier_class: bool = False
    validates_area: bool = False
    default_tax_code: str = ""
