"""What a line is in SYSPRO's inventory: stock code, warehouse, unit: rules.md §5.2. Pure."""

from dataclasses import dataclass

from engine.core.canonical import JsonObject
from projections.facts import Facts, syspro_fact
from projections.plan.company import Company, location_name, mapped, require_read
from projections.plan.outcomes import hold, hold_unmapped
from projections.purchase_orders import Item
from projections.syspro_rows import cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """A stock code and SYSPRO's row of it."""

    code: str
    row: JsonObject


def stock_of(facts: Facts, company: Company, item: Item, what: str) -> Stock | None:
    """The stock code that the item is, None for one that is not stocked; held if it is on hold."""
    skus = tuple(dict.fromkeys(sku for sku in (item.sku, item.catalogue_sku) if sku))
    found = _exact(facts, company, skus) or _mapped(facts, company, skus, what)
    if found is not None and _is_on_hold(found.row):
        hold("STOCK_CODE_ON_HOLD", f"{what}: {found.code} is on hold")
    return found


def _exact(facts: Facts, company: Company, skus: tuple[str, ...]) -> Stock | None:
    for sku in skus:
        row = facts.get(syspro_fact("stock", company.name, sku))
        if row is not None and cell(row, "StockCode") == sku:
            return Stock(code=sku, row=row)
    return None


def _mapped(facts: Facts, company: Company, skus: tuple[str, ...], what: str) -> Stock | None:
    code = next((code for sku in skus if (code := mapped(facts, company, "stock", sku))), "")
    if not code:
        return None
    row = facts.get(syspro_fact("stock", company.name, code))
    if row is None:
        hold("STOCK_CODE_ON_HOLD", f"{what}: SYSPRO has no stock code {code}")
    return Stock(code=code, row=row)


def _is_on_hold(row: JsonObject) -> bool:
    """Whether purchasing of the code is stopped; StockOnHold F is a full hold (unverified)."""
    return cell(row, "PurchOnHold") == "Y" or cell(row, "StockOnHold") == "F"


def warehouse_of(facts: Facts, company: Company, item: Item, what: str) -> str:
    """The warehouse of a stocked line: by department, by location, or the company's own.

    Held where SYSPRO has no such warehouse; whether it stocks the code there SYSPRO checks itself.
    """
    code = mapped(facts, company, "department", item.department) if item.department else ""
    if not code and (place := location_name(facts, company.source, item.location)):
        code = mapped(facts, company, "warehouse", place)
    code = code or company.policy.default_warehouse
    if not code:
        hold("WAREHOUSE_INVALID", f"{what}: none is mapped and there is no default")
    if facts.get(syspro_fact("warehouse", company.name, code)) is None:
        require_read(facts, company, "warehouse")
        hold("WAREHOUSE_INVALID", f"{what}: SYSPRO has no warehouse {code}")
    return code


def unit_of(facts: Facts, company: Company, item: Item, what: str, stock: JsonObject | None) -> str:
    """The unit of a line: by mapping; else the stock code's own, or the default if not stocked."""
    own = cell(stock, "StockUom")
    target = mapped(facts, company, "unit", item.unit) if item.unit else ""
    if target:
        return target
    if stock is None:
        return company.policy.default_unit
    if item.unit and item.unit.casefold() != own.casefold():
        hold_unmapped("UNIT_UNMAPPED", "unit", item.unit, f"{what}: {item.unit}")
    return own or company.policy.default_unit
