"""Request bodies of the e.net service read as WCF reads them: elements in their namespaces.

WCF takes an operation's element and its parameters by exact name and namespace, and whatever bears
another is not there for it (how WCF works, not seen at a SYSPRO: inferred). Every read has a
deadline.
"""

import asyncio
from typing import Final

from aiohttp import web

from engine.sandbox.syspro import elements
from engine.sandbox.syspro.elements import Element, Unreadable

BODY_DEADLINE_S: Final = 60


async def read_body(request: web.Request) -> Element:
    """The root element of the body, every name as `{namespace}name`.

    Raises `Unreadable` for what is no XML or is packed in a way that it does not say.
    """
    async with asyncio.timeout(BODY_DEADLINE_S):
        try:
            raw = await request.read()
        except web.RequestPayloadError as error:
            raise Unreadable("the body cannot be unpacked") from error
    return elements.parse(raw, is_qualified=True)


def parameters_of(operation: Element, namespace: str) -> dict[str, str]:
    """The parameters that an operation's element holds in its namespace, by lower-case name.

    Names count with their case: those of the contract are given in `CONTRACT_NAMES`.
    """
    return {
        name.lower(): found.content
        for name in CONTRACT_NAMES
        if (found := operation.exactly(f"{{{namespace}}}{name}")) is not None
    }


CONTRACT_NAMES: Final = (
    *("Operator", "OperatorPassword", "CompanyId", "CompanyPassword"),
    *("LanguageCode", "LogLevel", "EncoreInstance"),
    *("UserId", "BusinessObject", "XmlParameters", "XmlIn"),
)
"""The parameters of every operation of the service (syspro.md §1.1, §1.3)."""
