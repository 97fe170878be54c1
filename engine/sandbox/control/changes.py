"""What `POST /apply` may make happen in either system: one name for each change.

A change is `{"do": name, …}`. Changes happen in their order; the first that cannot happen ends the
list with `BadInput` that says which and why, those before it stay done.
"""

from typing import Final

from engine.sandbox.control.accounts import new_account_code, new_department
from engine.sandbox.control.change import Change, Entry
from engine.sandbox.control.master_changes import MASTERS
from engine.sandbox.control.new_bills import add_bill
from engine.sandbox.control.new_orders import add_order
from engine.sandbox.control.new_vendors import add_vendor
from engine.sandbox.control.payables_changes import PAYABLES
from engine.sandbox.control.procurify_changes import PROCURIFY
from engine.sandbox.control.purchasing_changes import PURCHASING
from engine.sandbox.control.set_fields import set_fields
from engine.sandbox.control.syspro_changes import SYSPRO
from engine.sandbox.json_fields import BadInput, Fields
from engine.sandbox.world import World

CHANGES: Final[dict[str, Change]] = {
    "new_vendor": add_vendor,
    "new_order": add_order,
    "new_bill": add_bill,
    "new_account_code": new_account_code,
    "new_department": new_department,
    "set": set_fields,
    **PROCURIFY,
    **PURCHASING,
    **PAYABLES,
    **MASTERS,
    **SYSPRO,
}
"""Every change by its name."""


def apply_changes(given: object, world: World) -> list[Entry]:
    """What each change made, in order; raises `BadInput`."""
    if isinstance(given, dict) and given.keys() == {"changes"}:
        given = given["changes"]
    if not isinstance(given, list):
        raise BadInput("the body is to be a JSON list of changes")
    applied: list[Entry] = []
    for place, entry in enumerate(given, 1):
        where = f"change {place} of {len(given)}"
        fields = Fields(entry, where)
        name = fields.text("do")
        change = CHANGES.get(name)
        if change is None:
            raise BadInput(f"{where}: do is to be one of {', '.join(CHANGES)}; {_done(applied)}")
        try:
            applied.append({"do": name, **change(fields, world)})
        except BadInput as wrong:
            raise BadInput(f"{wrong}; {_done(applied)}") from wrong
        except (ValueError, KeyError) as wrong:
            raise BadInput(f"{where}: {_sentence(wrong)}; {_done(applied)}") from wrong
    return applied


def _done(applied: list[Entry]) -> str:
    return f"{len(applied)} before it are done"


def _sentence(wrong: Exception) -> str:
    if isinstance(wrong, KeyError):
        return f"there is no {', '.join(map(str, wrong.args))}"
    return str(wrong)
