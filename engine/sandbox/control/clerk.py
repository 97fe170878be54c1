"""A person at SYSPRO's screens: what he types goes through the business objects and their rules.

So an order typed by hand is as good, or refused for the same reasons, as one that came over e.net.
His operator is `CLERK`, by which the oracle tells his documents from the engine's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from engine.sandbox.control.change import ledger_of
from engine.sandbox.json_fields import Fields
from engine.sandbox.syspro import elements, registry
from engine.sandbox.syspro.calls import Call
from engine.sandbox.syspro.companies import Companies
from engine.sandbox.syspro.elements import Element
from engine.sandbox.syspro.ledger import Ledger
from engine.sandbox.syspro.refusals import Refused
from engine.sandbox.syspro.sessions import Sessions
from engine.sandbox.syspro.writes import CLERK
from engine.sandbox.world import World

_ERROR: Final = "errordescription"
Members: TypeAlias = "Mapping[str, str | Members | Sequence[Members]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """The screens of one company's ledger."""

    ledger: Ledger
    companies: Companies
    sessions: Sessions

    def post(
        self,
        name: str,
        document: tuple[str, Members],
        *,
        kind: str = "post",
        parameters: Mapping[str, str] | None = None,
    ) -> Element:
        """The reply to what the clerk types; raises `ValueError` with every text of a refusal."""
        program = registry.find(kind, name)
        if program is None:
            raise ValueError(f"SYSPRO has no {name}")
        wanted: Members = {"Parameters": {"IgnoreWarnings": "Y", **(parameters or {})}}
        call = Call(
            ledger=self.ledger,
            companies=self.companies,
            sessions=self.sessions,
            operator=CLERK,
            business_object=name,
            parameters=_element(document[0], wanted),
            document=_element(*document),
        )
        try:
            reply = elements.parse(program(call))
        except Refused as refused:
            raise ValueError(str(refused)) from refused
        found = [child.content for child in _all(reply) if child.name.lower() == _ERROR]
        if found:
            raise ValueError("; ".join(found))
        return reply

    def supplier_of(self, fields: Fields) -> str:
        """The key of the supplier that is named, in any form; raises `ValueError`."""
        shown = fields.text("supplier")
        key = self.ledger.key_rules["Supplier"].stored(shown)
        if (key,) not in self.ledger.tables["ApSupplier"]:
            raise ValueError(f"{fields.where}: there is no supplier {shown}")
        return key


def screen_of(fields: Fields, world: World) -> Screen:
    """The screens of the company that is named, else of the first."""
    ledger = ledger_of(fields, world)
    return Screen(ledger=ledger, companies=world.companies, sessions=world.sessions)


def _element(name: str, members: Members) -> Element:
    """The members as elements in their order; an empty text is left out."""
    made = Element(name)
    for key, value in members.items():
        if isinstance(value, str):
            made.children += [Element(key, content=value)] if value else []
            continue
        parts = [value] if isinstance(value, Mapping) else value
        made.children += [_element(key, part) for part in parts]
    return made


def _all(element: Element) -> Iterator[Element]:
    yield element
    for child in element.children:
        yield from _all(child)
