"""How Procurify prints currencies, in three sizes (procurify.md §4.1, §6.13). Pure."""

from engine.sandbox.procurify.printing import Json, decimal_text, printed_once
from engine.sandbox.scenario.model import Currency


def currency_fields(row: Currency) -> dict[str, Json]:
    """The fields of a Currency object."""
    return {**summary_fields(row), "description": row.description, "active": True}


@printed_once
def currency(row: Currency) -> Json:
    """A Currency object."""
    return currency_fields(row)


@printed_once
def currency_summary(row: Currency) -> Json:
    """A CurrencySummary object."""
    return summary_fields(row)


@printed_once
def simple_currency(row: Currency) -> Json:
    """A SimpleCurrency object."""
    return _simple(row)


def summary_fields(row: Currency) -> dict[str, Json]:
    """The fields of a CurrencySummary object."""
    return {**_simple(row), "base": row.is_base}


def _simple(row: Currency) -> dict[str, Json]:
    return {"id": row.id, "name": row.name, "rate": decimal_text(row.rate, 6)}
