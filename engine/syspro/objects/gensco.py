"""GENSCO, a ledger code by Setup/Add (syspro.md §3.7, second tier).

Company and code are the key, so a repeat is refused (command class U). Its parameters are not
documented: those of the other setup objects are said (unverified). The company may come back
zero-filled to four. Pure.
"""

from engine.core.commands import LedgerCodeAdd
from engine.syspro import xml
from engine.syspro.objects.answers import (
    PostReply,
    Unreadable,
    about_one,
    same_key,
    settled,
)
from engine.syspro.objects.fields import (
    SETUP_PARAMETERS,
    XmlIn,
    optional,
    parameters,
    present,
    required,
)

ROOT = "SetupGlCodes"


def render(payload: LedgerCodeAdd) -> XmlIn:
    """The call that adds the ledger code; raises `Malformed` for what does not fit."""
    key = [
        required("Company", payload.company, 4),
        required("GlCode", payload.ledger_code, 35),
    ]
    fields = present(
        ("Key", key),
        required("Description", payload.description, 50),
        required("AccountType", payload.account_type, 1),
        optional("GlGroup", payload.group, 10),
    )
    return XmlIn(
        business_object="GENSCO",
        operation="setup_add",
        parameters=parameters(ROOT, SETUP_PARAMETERS),
        document=xml.build(ROOT, [("Item", fields)]),
    )


def read(payload: LedgerCodeAdd, text: str) -> PostReply:
    """What the reply says about our ledger code; company and code echoed must be ours."""
    taken = about_one(text, ROOT, "item", "one ledger code")
    if isinstance(taken, Unreadable):
        return taken
    answer, item = taken
    company, code = (item.text_at(f"key/{name}") for name in ("company", "glcode"))
    if code and not (same_key(code, payload.ledger_code) and same_key(company, payload.company)):
        return Unreadable(text=f"the reply is about ledger code {company[:4]}/{code[:35]}")
    if answer.rejected is None:
        return Unreadable(text="a reply without counts")
    return settled(answer, code, {"Company": company, "GlCode": code}, is_echo=True)
