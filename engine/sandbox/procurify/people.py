"""Users, permissions and their groups: lists, who one is, and one by its id."""

from collections.abc import Sequence
from typing import TypeAlias

from aiohttp import web

from engine.sandbox.procurify import people_shapes
from engine.sandbox.procurify.desk import PERMISSIONS, ROLES
from engine.sandbox.procurify.filters import any_of, claim, equal, like
from engine.sandbox.procurify.pages import Answer, detail, not_found, path_id
from engine.sandbox.procurify.printing import Json
from engine.sandbox.procurify.routes import Listing, Route, listed
from engine.sandbox.procurify.settings import ProcurifySettings
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.procurify.tables import Person

Permission: TypeAlias = tuple[int, str]
Group: TypeAlias = tuple[int, str, int, tuple[int, ...]]


def people_routes(tenant: Tenant, settings: ProcurifySettings, domain: str) -> list[Route]:
    """The reading routes of users and permissions."""
    desk = tenant.desk

    async def me(request: web.Request) -> web.StreamResponse:
        person = desk.owner
        unit = desk.units[person.user.department.id]
        return detail(request, people_shapes.me(person, desk.places[person.place], unit, domain))

    async def user(request: web.Request) -> web.StreamResponse:
        person = desk.people.get(path_id(request))
        if person is None:
            raise not_found()
        return detail(request, row_of(person))

    def row_of(person: Person) -> Json:
        return people_shapes.profile(person, desk.places[person.place])

    def get(path: str, answer: Answer) -> Route:
        return Route(method="GET", path=path, resource="users", answer=answer)

    return [
        get("/api/v3/users/me/", me),
        get("/api/v3/users/{id:[0-9]+}/", user),
        listed(
            tenant,
            settings,
            Listing[Person](
                path="/api/v3/users/",
                resource="users",
                rows=lambda request: desk.people.values(),
                show=row_of,
                filters=(
                    claim("is_active", lambda row: row.is_active),
                    claim("pending_invite", lambda row: row.is_pending),
                    equal("location", lambda row: row.place),
                    equal("role", lambda row: row.role),
                    any_of("permission", lambda row: _granted(row.role)),
                    like(
                        "search",
                        lambda row: (row.user.first_name, row.user.last_name, row.user.email),
                    ),
                ),
            ),
        ),
        *_permission_routes(tenant, settings),
    ]


def _permission_routes(tenant: Tenant, settings: ProcurifySettings) -> list[Route]:
    people = tenant.desk.people

    def group_row(row: Group) -> Json:
        users = sum(person.role == row[0] for person in people.values())
        return people_shapes.permission_group(row, users)

    def of_user(row: Group) -> Sequence[object]:
        return [person.user.id for person in people.values() if person.role == row[0]]

    return [
        listed(
            tenant,
            settings,
            Listing[Permission](
                path="/api/v3/permissions/",
                resource="permissions",
                rows=lambda request: PERMISSIONS,
                show=lambda row: {"id": row[0], "codename": row[1]},
                filters=(like("search", lambda row: row[1]),),
            ),
        ),
        listed(
            tenant,
            settings,
            Listing[Group](
                path="/api/v3/permissions/groups/",
                resource="permissions",
                rows=lambda request: ROLES,
                show=group_row,
                filters=(
                    any_of("permission", lambda row: row[3]),
                    equal("type", lambda row: row[2]),
                    any_of("user", of_user),
                    any_of("userprofile", of_user),
                    like("search", lambda row: row[1]),
                ),
            ),
        ),
    ]


def _granted(role: int) -> Sequence[object]:
    granted = next(row[3] for row in ROLES if row[0] == role)
    return [*granted, *(name for number, name in PERMISSIONS if number in granted)]
