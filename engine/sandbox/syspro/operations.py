"""The operations of the service by name: REST path, SOAP name, parameters, boundary of faults.

REST paths and SOAP names are those of SYSPRO's own client (syspro.md §1.1, §1.3); `Setup/Delete`
is in its URL templates too. The wide forms (`…W`, `…W_Byte`) do what the plain ones do; by SOAP
those that give bytes give the bytes of the REST reply (inferred). Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from engine.sandbox.syspro.faults_port import Boundary

Kind: TypeAlias = Literal[
    "version",
    "name",
    "logon",
    "logoff",
    "profile",
    "query",
    "browse",
    "fetch",
    "next_key",
    "previous_key",
    "add",
    "update",
    "delete",
    "build",
    "post",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation; `needed` are the parameters that REST refuses to do without."""

    name: str
    path: str
    kind: Kind
    boundary: Boundary | None
    needed: tuple[str, ...]
    method: str = "GET"
    gives_bytes: bool = False


_SESSION: Final = ("UserId",)
_QUERY: Final = ("UserId", "XmlIn")
_OBJECT_QUERY: Final = ("UserId", "BusinessObject", "XmlIn")
_POST: Final = ("UserId", "BusinessObject", "XmlParameters", "XmlIn")
_LOGON: Final = ("Operator", "OperatorPassword", "CompanyId", "CompanyPassword")

_OPERATIONS: Final = (
    Operation(name="GetVersion", path="getversion", kind="version", boundary=None, needed=()),
    Operation(name="GetServiceName", path="getservicename", kind="name", boundary=None, needed=()),
    Operation(name="Logon", path="logon", kind="logon", boundary="syspro.logon", needed=_LOGON),
    Operation(
        name="Logoff", path="logoff", kind="logoff", boundary="syspro.logoff", needed=_SESSION
    ),
    Operation(
        name="GetLogonProfile",
        path="getlogonprofile",
        kind="profile",
        boundary="syspro.query",
        needed=_SESSION,
    ),
)
_GROUPS: Final[tuple[tuple[str, str, Kind, Boundary, tuple[str, ...]], ...]] = (
    ("QueryQuery", "query/query", "query", "syspro.query", _OBJECT_QUERY),
    ("QueryBrowse", "query/browse", "browse", "syspro.query", _QUERY),
    ("QueryFetch", "query/fetch", "fetch", "syspro.query", _QUERY),
    ("NextKey", "nextkey", "next_key", "syspro.query", _QUERY),
    ("PreviousKey", "previouskey", "previous_key", "syspro.query", _QUERY),
    ("SetupAdd", "setup/add", "add", "syspro.setup", _POST),
    ("SetupUpdate", "setup/update", "update", "syspro.setup", _POST),
    ("SetupDelete", "setup/delete", "delete", "syspro.setup", _POST),
    ("TransactionBuild", "transaction/build", "build", "syspro.query", _OBJECT_QUERY),
    ("TransactionPost", "transaction/post", "post", "syspro.post", _POST),
)
_WIDE: Final = {
    "QueryQuery": ("W",),
    "SetupAdd": ("W",),
    "SetupUpdate": ("W",),
    "TransactionPost": ("W", "W_Byte"),
}
POST_LD: Final = Operation(
    name="TransactionPostLD",
    path="transaction/postld",
    kind="post",
    boundary="syspro.post",
    needed=_POST,
    method="POST",
)


def _all() -> list[Operation]:
    found = [*_OPERATIONS, POST_LD]
    for name, path, kind, boundary, needed in _GROUPS:
        for suffix in ("", *_WIDE.get(name, ())):
            found.append(
                Operation(
                    name=f"{name}{suffix}",
                    path=f"{path}{suffix}".lower(),
                    kind=kind,
                    boundary=boundary,
                    needed=needed,
                    gives_bytes=bool(suffix),
                )
            )
    return found


BY_PATH: Final[Mapping[str, Operation]] = {operation.path: operation for operation in _all()}
BY_NAME: Final[Mapping[str, Operation]] = {
    operation.name: operation for operation in _all() if operation is not POST_LD
}
