"""COMQER: error numbers translated to texts (Query/Query; documented).

Texts of the documented numbers are SYSPRO's (syspro.md §3.0); those from 990000 on are this
sandbox's inventions, and so marked in front. A number that is neither has no text. Parameter1 and
on fill the places of the text in their order.
"""

import re
from collections.abc import Mapping
from typing import Final

from engine.sandbox.syspro import digits, invented, refusals
from engine.sandbox.syspro.calls import Call
from engine.sandbox.syspro.refusals import Known
from engine.sandbox.syspro.replies import Reply

INVENTED_MARK: Final = "[invented by the sandbox] "
_DOCUMENTED: Final[Mapping[int, str]] = {
    120001: "Duplicate key '{0}' on '{1}'",
    240001: "Inventory control module not installed",
    240003: "Stock code '{0}' not numeric",
    240004: "Stock code '{0}' not found",
    240008: "Stock code '{0}' not stocked in warehouse {1}",
    240096: "Access to warehouse '{0}' denied",
    240118: "Bin '{0}' not found in warehouse '{1}' for stock code '{2}'",
}


def _texts() -> dict[int, str]:
    found = dict(_DOCUMENTED)
    for value in (*vars(refusals).values(), *vars(invented).values()):
        if isinstance(value, Known):
            is_ours = value.number >= invented.FIRST_NUMBER
            found.setdefault(value.number, f"{INVENTED_MARK if is_ours else ''}{value.text}")
    return found


TEXTS: Final[Mapping[int, str]] = _texts()


def query(call: Call) -> str:
    """The text of every number asked for, in the order asked."""
    reply = Reply("TranslatedErrorMessages", "COMQER")
    for element in call.document.named("ErrorMessage"):
        code = element.value("ErrorCode")
        parameters = [
            child for child in element.children if re.fullmatch(r"(?i)parameter\d+", child.name)
        ]
        given = [child.content.strip() for child in parameters]
        template = TEXTS.get(digits.whole(code) or 0, "")
        places = [*given, *[""] * (10 - len(given))]
        reply.open("MessageDetails")
        reply.leaf("ErrorCode", code)
        reply.leaf("TranslatedMessage", template.format(*places))
        reply.leaves((child.name, child.content.strip()) for child in parameters)
        reply.close("MessageDetails")
    return reply.text()
