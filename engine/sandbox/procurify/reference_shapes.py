"""The reference objects of a scenario as Procurify prints them before anything changed. Pure."""

from engine.sandbox.procurify import currency_shapes, places
from engine.sandbox.procurify.desk import HEADQUARTERS, build_desk
from engine.sandbox.procurify.printing import Json
from engine.sandbox.scenario.model import Currency
from engine.sandbox.scenario.references import References


def currency_summary(row: Currency) -> dict[str, Json]:
    """A CurrencySummary object."""
    return currency_shapes.summary_fields(row)


def location(references: References) -> dict[str, Json]:
    """The one LocationView object."""
    desk = build_desk(references)
    return places.location(desk.places[HEADQUARTERS], len(desk.units))
