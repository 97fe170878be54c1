"""How Procurify prints currencies, in three sizes (procurify.md §4.1, §6.13). Pure."""

from engine.sandbox.procurify.printing import Json, decimal_text
from engine.sandbox.scenario.model import Currency


def currency(row: Currency) -> dict[str, Json]:
    """A Currency object."""
    return {**currency_summary(row), "description": row.description, "active": True}


def currency_summary(row: Currency) -> dict[str, Json]:
    """A CurrencySummary object."""
    return {**simple_currency(row), "base": row.is_base}


def simple_currency(row: Currency) -> dict[str, Json]:
    """A SimpleCurrency object."""
    return {"id": row.id, "name": row.name, "rate": decimal_text(row.rate, 6)}
