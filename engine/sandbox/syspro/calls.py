"""One call of a business object, read: who calls, on which ledger, with what documents.

Also how faults become part of a reply, which all Transaction and Setup objects share
(syspro.md §3.0). Pure but for the ledger it carries.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from engine.sandbox.syspro import invented
from engine.sandbox.syspro.companies import Companies
from engine.sandbox.syspro.elements import Element
from engine.sandbox.syspro.fields import Fields
from engine.sandbox.syspro.ledger import Ledger
from engine.sandbox.syspro.refusals import Fault, Refused
from engine.sandbox.syspro.replies import Reply
from engine.sandbox.syspro.sessions import Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call as the business object sees it; `parameters` is empty for queries.

    `ledger` is that of the company logged on to, one of the server's `companies`.
    """

    ledger: Ledger
    companies: Companies
    sessions: Sessions
    operator: str
    business_object: str
    parameters: Element
    document: Element

    def parameter(self, name: str, default: str) -> str:
        """A parameter's value; the default where it is left out or empty."""
        return self.parameters.value("Parameters", name) or default

    def items(self, root: str, name: str) -> list[Element]:
        """The repeating elements under the root; raises `Refused` when the root is another."""
        if self.document.name.lower() != root.lower():
            raise Refused(invented.WRONG_ROOT.format(root, self.business_object))
        return list(self.document.named(name))

    def find_locked(self, fields: Fields, name: str, table: str, *key: str) -> None:
        """A fault is noted when another operator has the row locked."""
        if self.ledger.is_locked(table, key):
            fields.fault(invented.LOCKED, name, key[-1], " ".join(key), table)


BusinessObject: TypeAlias = Callable[[Call], str]


def rejects(faults: Sequence[Fault], ignore_warnings: str) -> bool:
    """Whether the faults stop the item: errors always, warnings only under IgnoreWarnings N."""
    return any(not fault.is_warning or ignore_warnings == "N" for fault in faults)


def shown_faults(faults: Sequence[Fault], ignore_warnings: str) -> list[Fault]:
    """The faults that the reply tells: under Y warnings are swallowed (syspro.md §3.0)."""
    return [fault for fault in faults if not (fault.is_warning and ignore_warnings == "Y")]


def write_faults(
    reply: Reply, faults: Sequence[Fault], ignore_warnings: str, *, is_lower: bool = False
) -> None:
    """Each fault is in the reply: the failing field as parent of value, number and text.

    Setup objects echo the field in lower case, its children stay in PascalCase (recorded).
    """
    for fault in shown_faults(faults, ignore_warnings):
        path = [name.lower() for name in fault.path] if is_lower else list(fault.path)
        word = "Warning" if fault.is_warning and ignore_warnings != "N" else "Error"
        for name in path:
            reply.open(name)
        reply.leaf("Value", fault.value)
        reply.leaf(f"{word}Number", str(fault.number))
        reply.leaf(f"{word}Description", fault.text)
        for name in reversed(path):
            reply.close(name)
