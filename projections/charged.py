"""Which account something is charged to, as Procurify prints it (procurify.md §4.1). Pure."""

from dataclasses import dataclass

from projections.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Charged:
    """Code of the account, name of its department, id of that one's location; "" where null."""

    account: str
    department: str
    location: str


def read_charged(account: Source) -> Charged:
    """The account of an AccountRead object; raises `Unreadable`.

    One with a code names its department, be it null: the code alone may be mapped to another
    ledger code, so that a renamed field must not pass for an empty one.
    """
    code = account.text("account_code", "code")
    department = account.there("department", "name") if code else account.at("department", "name")
    return Charged(account=code, department=department.text(), location=branch_of(account))


def branch_of(account: Source) -> str:
    """The id of the location of the account's department."""
    return account.identity("department", "branch", "id")
