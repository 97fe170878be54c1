"""What an event of a command to Procurify says, in a sentence for people. Pure."""

import json
from collections.abc import Mapping

from engine.core.canonical import JsonValue

_TYPES = {
    "vendor_code": "write the supplier's code to the vendor",
    "vendor_add": "create the vendor",
    "vendor_change": "change the vendor",
    "account_code_add": "create the account code",
    "account_code_change": "change the account code",
    "department_add": "create the department",
    "receipt_report": "report the goods received",
    "bills_paid": "mark the bill as paid",
    "bill_note": "write the bill's note",
}


def doing_in_procurify(type_: str) -> str:
    """What a command of that type does, in words of the trade; the type itself for a new one."""
    return _TYPES.get(type_, type_)


def write_back_sentence(kind: str, body: Mapping[str, JsonValue]) -> str:
    """What happened to it, in words of the trade; "" for what is said as of any command."""
    name = str(body.get("procurify_id") or "")
    match kind:
        case "PostIntended":
            what = doing_in_procurify(str(body.get("type")))
            attempt = body.get("attempt")
            again = f", attempt {attempt}" if attempt != 1 else ""
            return f"about to {what} in Procurify by {body.get('object')}{again}"
        case "PostAccepted" if body.get("is_sent") is False:
            return f"as wanted in Procurify already, as {name}: nothing was sent"
        case "PostAccepted":
            return f"written to Procurify as {name}"
        case "PostRejected":
            return f"Procurify refused it: {body.get('text')}"
        case "PostVerified" if body.get("is_equal"):
            return f"read back from Procurify as {name}: equal to what was sent"
        case "PostVerified":
            found = body.get("differences")
            said = "; ".join(map(str, found)) if isinstance(found, list | tuple) else ""
            return f"read back from Procurify as {name}: DIFFERENT: {said}"
        case "LookupAnswered":
            return f"somebody changed it in Procurify, nothing was sent: {body.get('text')}"
        case _:
            return ""


def request_text(body: Mapping[str, JsonValue]) -> str:
    """The request of an intent as people read it: method, path, body; "" where there is none."""
    request = body.get("request")
    if not isinstance(request, Mapping):
        return ""
    first = f"{request.get('method')} {request.get('path')}"
    sent = json.dumps(request.get("body"), indent=2, ensure_ascii=False, default=str)
    return f"{first}\n{sent}"
