"""How Procurify prints people: summaries inside documents, profiles in lists. Pure.

Field lists: procurify.md §4.1 and the OpenAPI document. A return date is there only for who is
away: the document knows no null for it.
"""

from engine.sandbox.procurify.desk import PERMISSIONS, ROLES
from engine.sandbox.procurify.places import (
    LONG_AGO,
    department_summary,
    location,
)
from engine.sandbox.procurify.printing import Json, printed_once
from engine.sandbox.procurify.tables import Person, Place, Unit
from engine.sandbox.scenario.model import User

RETURN_DATE = "2027-01-04"


@printed_once
def user_summary(row: User) -> Json:
    """A UserSummary object."""
    return _summary(row)


@printed_once
def simple_user(row: User) -> Json:
    """A SimpleUser object."""
    return {
        **simple_profile(row),
        "profile_image": None,
        "department_name": row.department.name,
        "branch_name": row.department.location.name,
    }


@printed_once
def simple_user_summary(row: User) -> Json:
    """A SimpleUserSummary object."""
    return {
        **simple_profile(row),
        "position": row.position,
        "profile_image": None,
        "approval_delegatee": None,
    }


def simple_profile(row: User) -> dict[str, Json]:
    """A SimpleUserProfile object."""
    return {
        "id": row.id,
        "firstName": row.first_name,
        "lastName": row.last_name,
        "email": row.email,
    }


def me(row: Person, place: Place, unit: Unit, domain: str) -> dict[str, Json]:
    """A UserProfileMe object: who owns the credentials."""
    summary = _summary(row.user)
    return {
        **summary,
        "department": {
            **department_summary(unit.department),
            "branch": location(place, 5),
            "is_active_for_account_code": True,
        },
        "domains": {
            "active": True,
            "procurify_domains": [{"subdomain": domain, "name": domain.title()}],
        },
        "headquarter_logo": "",
        "systemaccess_cache": {codename: True for _, codename in PERMISSIONS},
        "is_approval_delegatee": False,
        "pending_invite": row.is_pending,
        "role": role(row.role),
    }


def profile(row: Person, place: Place) -> dict[str, Json]:
    """A UserProfileUnoptimized object, a row of the list of users."""
    user = row.user
    simple_place: dict[str, Json] = {
        "id": place.id,
        "name": place.name,
        "headquarter": place.is_headquarter,
    }
    shown: dict[str, Json] = {
        **simple_profile(user),
        "user": user.id + 100,
        "department": {
            "id": user.department.id,
            "name": user.department.name,
            "location": simple_place,
        },
        "location": simple_place,
        "profile_image": None,
        "is_active": row.is_active,
        "phone": None,
        "position": user.position,
        "role": role(row.role),
        "approval_delegatee": simple_profile(row.delegatee or user),
        "pending_approvals_count": {
            "order": 0,
            "expense": 0,
            "travel": 0,
            "bill": 0,
            "payment": 0,
        },
    }
    if row.delegatee is not None:
        shown["expected_return_date"] = RETURN_DATE
    return {**shown, **{name: text for name, text in row.extras.items() if name in shown}}


def role(identity: int) -> dict[str, Json]:
    """A SimpleRoleRead object."""
    found = next(row for row in ROLES if row[0] == identity)
    return {"id": found[0], "name": found[1], "type": found[2]}


def permission_group(row: tuple[int, str, int, tuple[int, ...]], users: int) -> dict[str, Json]:
    """A PermissionGroup object."""
    identity, name, type_, granted = row
    return {
        "id": identity,
        "name": name,
        "user_count": users,
        "permissions": [
            {"id": number, "codename": codename}
            for number, codename in PERMISSIONS
            if number in granted
        ],
        "type": type_,
    }


def approver(row: User) -> dict[str, Json]:
    """An ApproverRead object."""
    return {
        "id": row.id + 700,
        "user": simple_user_summary(row),
        "amount_limit": "1000000.00",
        "item_variance_amount_limit": None,
        "item_variance_percentage_limit": None,
        "approval_level": 1,
    }


def listed_approver(row: User) -> dict[str, Json]:
    """A BillListViewApproverUserDocs object; who has no delegatee stands for himself (invented)."""
    person: dict[str, Json] = {
        "id": row.id,
        "firstName": row.first_name,
        "lastName": row.last_name,
    }
    return {
        "firstName": row.first_name,
        "lastName": row.last_name,
        "profile_image": None,
        "approval_delegatee": person,
    }


def _summary(row: User) -> dict[str, Json]:
    return {
        **simple_profile(row),
        "department": department_summary(row.department),
        "created_at": LONG_AGO,
        "updated_at": LONG_AGO,
        "position": row.position,
        "phone": None,
        "address": None,
        "notifications": True,
        "is_active": True,
        "mobile": False,
        "profile_image": None,
        "slack_user_id": "",
        "is_sso_enabled": False,
        "last_changed_by": None,
        "user": row.id + 100,
        "approval_delegatee": None,
    }
