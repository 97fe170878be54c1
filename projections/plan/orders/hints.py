"""The facts that a new order's plan is sure to look at, to be fetched in one round trip. Pure."""

from engine.core.mapping import mapping_fact, tax_key
from projections.facts import syspro_fact
from projections.plan.company import Company
from projections.purchase_orders import Content, Item


def order_hints(company: Company, content: Content) -> set[str]:
    """The keys of those facts; what a mapping leads to is known only once it is read."""
    found = {
        mapping_fact("currency", content.currency),
        mapping_fact("terms", content.term),
        mapping_fact("shipping", content.shipping),
        mapping_fact("buyer", content.buyer),
        mapping_fact("charge", "freight"),
        mapping_fact("charge", "other"),
        *(f"snapshot:{company.name}/{kind}" for kind in ("stock_code", "purchase_order")),
    }
    for item in content.items:
        found |= _of_item(company, item)
    return found


def _of_item(company: Company, item: Item) -> set[str]:
    use = company.account_use(item.account, item.department, item.id)
    found = {mapping_fact("account", key) for key in use.lookup_keys()}
    found.add(mapping_fact("tax", tax_key(item.taxes)))
    found.add(mapping_fact("unit", item.unit))
    found.add(mapping_fact("department", item.department))
    for sku in {item.sku, item.catalogue_sku} - {""}:
        found.add(mapping_fact("stock", sku))
        found.add(syspro_fact("stock", company.name, sku))
    return found
