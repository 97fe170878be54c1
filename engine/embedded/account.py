"""The operating-system account that the embedded PostgreSQL runs under.

PostgreSQL refuses to run as root, so root lends it an account: the owner of an existing
cluster, else `postgres`, else `nobody`. Everybody else runs it as themselves. No account is
ever created and no folder of somebody else is ever opened up (both of which the wheels' own
launchers do). What an account can reach is found by trying it as that account, so that modes,
access lists and mount options are all judged by the kernel.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from engine.errors import Misconfigured

ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath}
"""All that PostgreSQL's programs see of the environment: no PG* variable, no foreign locale."""

_PROBE_S = 20.0
_LENT = ("postgres", "nobody")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who runs PostgreSQL; `is_own` when that is the caller's own account."""

    name: str
    uid: int
    gid: int
    is_own: bool

    def run(
        self, *argv: str | Path, stdin: str = "", timeout_s: float = _PROBE_S
    ) -> "subprocess.CompletedProcess[str]":
        """Return what `argv` did as this account, standing in `/`; OSError if it cannot start.

        Raises `subprocess.TimeoutExpired` (the program is killed) after `timeout_s` seconds.
        """
        return subprocess.run(
            [str(word) for word in argv],
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=timeout_s,
            check=False,
            cwd="/",
            env=ENVIRONMENT,
            user=self.switch_user,
            group=self.switch_group,
            extra_groups=self.switch_groups,
        )

    @property
    def switch_user(self) -> int | None:
        """The user id to hand to subprocess; None: stay who we are."""
        return None if self.is_own else self.uid

    @property
    def switch_group(self) -> int | None:
        """The group id to hand to subprocess; None: stay who we are."""
        return None if self.is_own else self.gid

    @property
    def switch_groups(self) -> list[int] | None:
        """The further groups to hand to subprocess: none at all for a lent account."""
        return None if self.is_own else []

    def can_enter(self, folder: Path) -> bool:
        """Say whether this account can stand in `folder`, by trying it."""
        return self._succeeds("/bin/sh", "-c", 'cd -- "$1"', "sh", folder)

    def can_be_used(self) -> bool:
        """Say whether this process may start programs as this account."""
        return self._succeeds("/bin/sh", "-c", "exit 0")

    def own(self, path: Path) -> None:
        """Make `path` this account's; a no-op where it is the caller's own account."""
        if not self.is_own:
            os.chown(path, self.uid, self.gid)

    def _succeeds(self, *argv: str | Path) -> bool:
        try:
            return self.run(*argv).returncode == 0
        except (OSError, subprocess.SubprocessError):
            return False


def choose(cluster: Path) -> Account:
    """Return the account for `cluster` (which need not exist yet).

    Raises Misconfigured when there is none: a user id without a passwd entry, a cluster of
    somebody else, a root that may not change its user id.
    """
    owner_uid = _owner_uid(cluster)
    if os.geteuid() != 0:
        return _own_account(cluster, owner_uid)
    names = _LENT if owner_uid is None else (_name_of(owner_uid),)
    for name in names:
        account = named(name)
        if account is not None and account.can_be_used():
            return account
    raise Misconfigured(
        "PostgreSQL does not run as root, and none of the accounts "
        f"{', '.join(names)} can be used in its place. "
        "Start the engine as an ordinary account, or set DATABASE_URL to a running server."
    )


def named(name: str) -> Account | None:
    """Return the account `name` as one lent by root, None where the machine has none."""
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    if entry.pw_uid == 0:
        return None
    return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid, is_own=False)


def own() -> Account:
    """Return the caller's own account; Misconfigured when it has no passwd entry."""
    uid = os.geteuid()
    return Account(name=_name_of(uid), uid=uid, gid=os.getegid(), is_own=True)


def _own_account(cluster: Path, owner_uid: int | None) -> Account:
    account = own()
    if owner_uid is not None and owner_uid != account.uid:
        raise Misconfigured(
            f"The database folder {cluster} belongs to another account (user id {owner_uid}), "
            f"and the engine runs as {account.name}. Run it as the owner, choose another "
            "folder, or set DATABASE_URL to a running server."
        )
    return account


def _owner_uid(cluster: Path) -> int | None:
    try:
        return cluster.stat().st_uid
    except OSError:
        return None


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        raise Misconfigured(
            f"User id {uid} has no entry in the account list (/etc/passwd), and PostgreSQL's "
            "programs need one. Start the engine as a named account, or set DATABASE_URL to a "
            "running server."
        ) from None
