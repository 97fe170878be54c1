"""New account codes and departments of Procurify, and the accounts that documents name.

They are on the tenant's desk alone, so that a reset begins without them. In SYSPRO nothing comes
of them: whoever rehearses approves a mapping, or does not.
"""

from engine.sandbox.control.change import Entry
from engine.sandbox.json_fields import Fields
from engine.sandbox.procurify.desk import Desk, group_of
from engine.sandbox.procurify.tables import Budget, Code, Unit
from engine.sandbox.scenario.model import Account, AccountCode, Department, Location
from engine.sandbox.world import World

EXPENSE = 2


def location_of(fields: Fields, world: World) -> Location:
    """The location that is named, else the first."""
    locations = world.tenant.references.locations
    return locations[fields.choice("location", locations, next(iter(locations)))]


def account_of(
    fields: Fields, desk: Desk, location: Location, *, code: str, department: str
) -> Account:
    """The location's account of `account` and `department`; the defaults are given."""
    accounts = _accounts(desk, location)
    wanted = fields.choice("account", _codes(accounts), code)
    name = fields.choice("department", _departments(accounts), department)
    found = [row for row in accounts if (row.code.code, row.department.name) == (wanted, name)]
    if not found:
        raise ValueError(f"{fields.where}: account {wanted} is not of department {name}")
    return found[0]


def department_of(fields: Fields, desk: Desk, location: Location, default: str) -> str:
    """The name of a department of the location that has accounts."""
    return fields.choice("department", _departments(_accounts(desk, location)), default)


def new_account_code(fields: Fields, world: World) -> Entry:
    """An account code in all departments or in those named; `ledger_code` is what it stands for.

    A name means the departments of that name in every location.
    """
    desk = world.tenant.desk
    accounts = [row.account for row in desk.budgets.values()]
    code = fields.text("code")
    if any(row.code.code == code for row in desk.codes.values()):
        raise ValueError(f"{fields.where}: there is an account code {code} already")
    known = _departments(accounts)
    names = fields.texts("departments") if fields.has("departments") else tuple(known)
    if set(names) - known.keys():
        raise fields.wrong("departments", f"a list of {', '.join(known)}")
    row = AccountCode(
        id=desk.next_id(),
        code=code,
        description=fields.text("description", f"Account {code}"),
        type=fields.whole("type", EXPENSE),
        ledger_code=fields.text("ledger_code", ""),
    )
    fields.done()
    if not code:
        raise fields.wrong("code", "a text")
    desk.codes[row.id] = Code(code=row, parent=group_of(code).id)
    chosen = {account.department.id: account.department for account in accounts}
    for department in chosen.values():
        if department.name in names:
            _budget(desk, row, department)
    world.tenant.touch()
    return {"account_code": row.id, "code": code}


def new_department(fields: Fields, world: World) -> Entry:
    """A department with an account for every code; its warehouse is the company's first unless
    it is named.
    """
    desk = world.tenant.desk
    accounts = [row.account for row in desk.budgets.values()]
    name, location = fields.text("name"), location_of(fields, world)
    department = Department(
        id=desk.next_id(),
        name=name,
        warehouse=fields.text("warehouse", location.company.warehouses[0]),
        suffix=fields.text("suffix", "00"),
        location=location,
    )
    fields.done()
    if not name or name in unit_names(desk, location):
        raise ValueError(f"{fields.where}: name is to be one that no department has")
    desk.units[department.id] = Unit(department=department, place=location.id)
    for code in _codes(accounts).values():
        _budget(desk, code, department)
    world.tenant.touch()
    return {"department": department.id, "name": name}


def unit_names(desk: Desk, location: Location) -> list[str]:
    """The names of the location's departments."""
    return [row.department.name for row in desk.units.values() if row.place == location.id]


def _accounts(desk: Desk, location: Location) -> list[Account]:
    rows = [row.account for row in desk.budgets.values()]
    return [row for row in rows if row.department.location.id == location.id]


def _budget(desk: Desk, code: AccountCode, department: Department) -> None:
    account = Account(id=desk.next_id(), code=code, department=department)
    desk.budgets[account.id] = Budget(account=account)


def _codes(accounts: list[Account]) -> dict[str, AccountCode]:
    return {row.code.code: row.code for row in accounts}


def _departments(accounts: list[Account]) -> dict[str, Department]:
    return {row.department.name: row.department for row in accounts}
