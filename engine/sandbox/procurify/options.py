"""OPTIONS on bills: the fields that a bill may have, with their types (procurify.md §1.18).

The document says that it answers fields and types; the frame is Django REST Framework's (inferred).
"""

from aiohttp import web

from engine.sandbox.procurify.pages import reply
from engine.sandbox.procurify.printing import Json
from engine.sandbox.procurify.routes import Route

_FIELDS: dict[str, tuple[str, bool]] = {
    "id": ("integer", True),
    "status": ("choice", False),
    "version": ("integer", False),
    "locked": ("boolean", True),
    "currency": ("nested object", False),
    "uuid": ("string", False),
    "items": ("field", True),
    "vendor": ("nested object", False),
    "due_date": ("datetime", False),
    "total_cost_with_tax": ("float", True),
    "invoice_date": ("datetime", False),
    "last_modified_datetime": ("datetime", True),
    "submitted_date": ("datetime", False),
    "gl_post_date": ("datetime", False),
    "next_approver_choices": ("field", True),
    "last_export_user": ("nested object", True),
    "last_export_date": ("date", True),
    "invoice_number": ("string", False),
    "group": ("integer", True),
    "type": ("choice", False),
    "user": ("nested object", False),
    "approver": ("nested object", True),
    "past_due": ("boolean", True),
    "invoice_created": ("boolean", True),
    "invoice_uuid": ("string", True),
    "invoice_total": ("float", True),
    "creator": ("nested object", True),
}


def options_route() -> Route:
    """The OPTIONS route of the list of bills."""

    async def answer(request: web.Request) -> web.StreamResponse:
        fields: dict[str, Json] = {
            name: {"type": type_, "required": False, "read_only": is_fixed, "label": name}
            for name, (type_, is_fixed) in _FIELDS.items()
        }
        return reply(
            {
                "name": "Bill List",
                "description": "",
                "renders": ["application/json", "text/csv"],
                "parses": [
                    "application/json",
                    "application/x-www-form-urlencoded",
                    "multipart/form-data",
                    "application/xml",
                ],
                "actions": {"GET": fields},
            }
        )

    return Route(method="OPTIONS", path="/api/v3/ap/bills/", resource="bills", answer=answer)
