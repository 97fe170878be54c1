"""Writes of users: POST invites, PUT changes, DELETE deactivates (procurify.md §3)."""

from collections.abc import Mapping
from dataclasses import replace

from aiohttp import web

from engine.sandbox.procurify import people_shapes
from engine.sandbox.procurify.bodies import (
    Body,
    Field,
    check,
    invalid_id,
    read_body,
    read_fields,
    text_of,
)
from engine.sandbox.procurify.desk import ROLES
from engine.sandbox.procurify.pages import Refused, detail, empty, not_found, path_id
from engine.sandbox.procurify.printing import Json
from engine.sandbox.procurify.routes import Route
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.procurify.tables import Person
from engine.sandbox.scenario.model import User

_ID = Field(kind="integer", is_required=False, is_nullable=True)
_ROLE = Field(kind="integer", is_required=False, choices=frozenset(row[0] for row in ROLES))
_USER: Mapping[str, Field] = {
    "email": Field(kind="email", longest=254),
    "firstName": Field(kind="text", longest=100),
    "lastName": Field(kind="text", longest=100),
    "location": replace(_ID, is_required=True),
    "department": replace(_ID, is_required=True),
    "position": Field(kind="text", is_required=False, may_be_blank=True, longest=100),
    "phone": Field(kind="text", is_required=False, may_be_blank=True, longest=30),
}

_OPTIONAL = Field(kind="text", is_required=False, may_be_blank=True, longest=100)
_INVITE: Mapping[str, Field] = {
    "email": Field(kind="email", longest=254),
    "first_name": _OPTIONAL,
    "last_name": _OPTIONAL,
    "position": _OPTIONAL,
    "phone": _OPTIONAL,
    "home_department": _ID,
    "home_location": _ID,
    "role_id": _ROLE,
}
_SAME = {
    "first_name": "firstName",
    "last_name": "lastName",
    "home_department": "department",
    "home_location": "location",
}


def people_writes(tenant: Tenant) -> list[Route]:
    """The writing routes of users."""
    people = tenant.desk.people

    async def invite(request: web.Request) -> web.StreamResponse:
        body = await read_body(request)
        if not isinstance(body, list) or not all(isinstance(row, dict) for row in body):
            raise Refused(400, "Expected a list of items.", "not_a_list", "null")
        rows = [_person(tenant, _invited(row), None) for row in body]
        people.update((row.user.id, row) for row in rows)
        tenant.touch()
        shown: list[Json] = [_shown(tenant, row) for row in rows]
        return detail(request, shown, status=201)

    async def change(request: web.Request) -> web.StreamResponse:
        person = people.get(path_id(request))
        if person is None:
            raise not_found()
        changed = _person(tenant, await read_fields(request, _USER), person)
        people[changed.user.id] = changed
        tenant.touch()
        return detail(request, _shown(tenant, changed))

    async def deactivate(request: web.Request) -> web.StreamResponse:
        person = people.get(path_id(request))
        if person is None:
            raise not_found()
        people[person.user.id] = replace(person, is_active=False)
        tenant.touch()
        return empty(204)

    one = "/api/v3/users/{id:[0-9]+}/"
    return [
        Route(method="POST", path="/api/v3/users/", resource="users", answer=invite),
        Route(method="PUT", path=one, resource="users", answer=change),
        Route(method="DELETE", path=one, resource="users", answer=deactivate),
    ]


def _invited(row: Mapping[str, object]) -> Body:
    """An invitation in the words of a user."""
    return {_SAME.get(name, name): value for name, value in check(row, _INVITE).items()}


def _person(tenant: Tenant, body: Body, old: Person | None) -> Person:
    desk = tenant.desk
    email = text_of(body, "email")
    for other in desk.people.values():
        if other.user.email == email and (old is None or other.user.id != old.user.id):
            raise Refused.fields({"email": ("A user with this email exists.", "unique")})
    department = body.get("department")
    units = {unit.department.id: unit for unit in desk.units.values()}
    if isinstance(department, int) and department not in units:
        raise invalid_id("department", department)
    first = next(iter(units.values())).department
    unit = units[department].department if isinstance(department, int) else first
    location = body.get("location")
    if isinstance(location, int) and location not in desk.places:
        raise invalid_id("location", location)
    place = location if isinstance(location, int) else 1
    user = User(
        id=old.user.id if old else desk.next_id(),
        first_name=text_of(body, "firstName"),
        last_name=text_of(body, "lastName"),
        email=email,
        position=text_of(body, "position"),
        department=unit if department is not None or old is None else old.user.department,
    )
    extras: dict[str, Json] = {"phone": text_of(body, "phone")} if "phone" in body else {}
    if old is not None:
        return replace(old, user=user, place=place, extras={**old.extras, **extras})
    role = body.get("role_id")
    invited = Person(user=user, place=place, is_pending=True, extras=extras)
    return replace(invited, role=role) if isinstance(role, int) else invited


def _shown(tenant: Tenant, person: Person) -> Json:
    return people_shapes.profile(person, tenant.desk.places[person.place])
