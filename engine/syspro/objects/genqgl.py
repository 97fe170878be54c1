"""GENQGL, one ledger code with its attributes by Query/Query (syspro.md §3.7). Pure."""

from collections.abc import Mapping

from engine.errors import Malformed
from engine.syspro import xml
from engine.syspro.objects.answers import same_key
from engine.syspro.objects.fields import optional, present, required


def render(ledger_code: str, company: str = "") -> str:
    """The XmlIn that asks for the ledger code; no company means the session's own."""
    return xml.build(
        "Query",
        [
            (
                "key",
                present(
                    required("LedgerCode", ledger_code, 35),
                    optional("Company", company, 4),
                    ("SecurityType", "P"),
                    ("ValidateStructure", "Y"),
                    ("ValidateFlags", "Y"),
                ),
            )
        ],
    )


def read(ledger_code: str, text: str) -> Mapping[str, str]:
    """The attributes of the ledger code by name; `Malformed` when the reply is about another."""
    root = xml.parse(text)
    details = root.find("LedgerDetails")
    if root.tag != "glstructurequery" or details is None:
        raise Malformed(f"not a ledger code: {root.name[:40]}")
    if not same_key(details.text_at("LedgerCode"), ledger_code):
        raise Malformed(f"the reply is about ledger code {details.text_at('LedgerCode')[:40]}")
    return {child.name: child.text.strip() for child in details.children}
