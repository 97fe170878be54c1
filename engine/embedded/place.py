"""Where an embedded server's things lie: cluster, lock, sockets, logs, copied programs.

The caller names a folder. As a rule everything lies in it. Where PostgreSQL runs under a lent
account (engine started as root) and that account cannot enter the folder (below /root, or a
0700 temporary directory), nothing of the caller's is opened up: the things go to a place of
their own, and the file `place` in the folder points there. That place is

- `<temporary directory>/procurify-syspro-<uid>/<digest of the path>` for a folder that itself
  lies in the temporary directory: it goes when its folder has gone (swept by a later server),
- `/var/lib/procurify-syspro/<digest of the path>` for any other: it is state, so it lies where
  the system keeps state and is never removed by itself.

Only folders made here get the `x` for others, never one that was there before. A throw-away
server's place is a folder of its own in `<temporary directory>/procurify-syspro-<uid>`.

The socket folder is `sockets` in the place where that is short enough for a unix socket's
name (107 bytes on Linux, 103 on macOS), else a 0700 folder in the temporary directory. The
file `address` says which; whoever uses the folder finds the server by it.
"""

import contextlib
import fcntl
import hashlib
import os
import secrets
import stat
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from engine.embedded.account import Account, choose
from engine.errors import Misconfigured

USERS = "users"
"""The name of the supervisor's socket in the socket folder."""

LONGEST_SOCKETS_BYTES = 80
"""A socket folder's longest path: a socket's whole name must stay below 104 bytes."""

_FRESH_S = 60.0
_NAME = "procurify-syspro"
_STATE = Path("/var/lib") / _NAME


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The folder, reachable for PostgreSQL's account, that holds one server's things."""

    folder: Path

    @property
    def cluster(self) -> Path:
        """PostgreSQL's data directory; there only once it is complete."""
        return self.folder / "data"

    @property
    def lock(self) -> Path:
        """The file that the supervisor holds locked as long as it lives."""
        return self.folder / "lock"

    @property
    def address(self) -> Path:
        """The file that names the socket folder."""
        return self.folder / "address"

    @property
    def belongs_to(self) -> Path:
        """The file that names the caller's folder, where that is another one."""
        return self.folder / "belongs_to"

    @property
    def copies(self) -> Path:
        """The folder for a copy of the programs."""
        return self.folder / "programs"

    @property
    def server_log(self) -> Path:
        """What PostgreSQL wrote to its standard error."""
        return self.folder / "server.log"

    @property
    def supervisor_log(self) -> Path:
        """What the supervisor wrote to its standard error: empty unless it broke."""
        return self.folder / "supervisor.log"

    def cluster_major(self) -> int | None:
        """Return the PostgreSQL major version of the cluster, None before it exists."""
        try:
            return int((self.cluster / "PG_VERSION").read_text().split(".")[0])
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise Misconfigured(f"The cluster {self.cluster} cannot be read: {error}") from error


def of_folder(folder: Path, tmp: Path | None) -> tuple[Place, Account]:
    """Return the place and account of a lasting server in `folder`, both made if missing."""
    folder = folder.absolute()
    try:
        return _of_folder(folder, tmp)
    except OSError as error:
        raise Misconfigured(
            f"The database folder {folder} cannot be used: {error.strerror or error}. "
            "Name another folder, or set DATABASE_URL to a running server."
        ) from error


def _of_folder(folder: Path, tmp: Path | None) -> tuple[Place, Account]:
    marker, real = folder / "place", folder.resolve()
    if marker.is_file():
        owner_uid = marker.stat().st_uid
        if owner_uid != os.geteuid():
            raise Misconfigured(
                f"The database of {folder} was made by another account (user id {owner_uid}). Run "
                "as that account, name another folder, or set DATABASE_URL to a running server."
            )
        place = Place(folder=Path(marker.read_text().strip()))
        account = choose(place.cluster)
        place.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        _write_whole(place.belongs_to, f"{real}\n")  # the folder may have been moved
        return place, account
    account = choose(folder / "data")
    _make(folder, account)
    if account.can_enter(folder):
        return Place(folder=folder), account
    place = Place(folder=_elsewhere(real, account, tmp) / _digest(real))
    place.folder.mkdir(mode=0o711, exist_ok=True)
    place.folder.chmod(0o711)
    place.belongs_to.write_text(f"{real}\n")
    _write_whole(marker, f"{place.folder}\n")
    return place, choose(place.cluster)


def throw_away(tmp: Path | None) -> tuple[Place, Account]:
    """Return a fresh place for a server that leaves nothing behind, and its account."""
    account = choose(Path(os.devnull) / "none")
    try:
        for _ in range(5):
            base = shared_base(account, tmp)
            try:
                folder = Path(tempfile.mkdtemp(prefix="t-", dir=base))
            except FileNotFoundError:
                continue  # the last server of this base has just removed it
            folder.chmod(_mode(account))
            return Place(folder=folder), account
    except OSError as error:
        raise Misconfigured(f"No temporary folder for a database: {error}") from error
    raise Misconfigured("No temporary folder for a database: it vanishes again and again")


def shared_base(account: Account, tmp: Path | None) -> Path:
    """Return our folder in the temporary directory, made if missing, certainly ours."""
    base = _temporary(account, tmp) / f"{_NAME}-{os.geteuid()}"
    base.mkdir(mode=0o700, exist_ok=True)
    status = base.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
        raise Misconfigured(f"{base} belongs to somebody else; set TMPDIR to another folder.")
    base.chmod(_mode(account))
    return base


def abandoned_beside(place: Place) -> list[Place]:
    """Return the places beside `place` that nobody can come back to; they may be in use.

    Nothing outside our folder of the temporary directory, nothing younger than a minute (its
    starter may not have locked it yet), no lasting place whose folder still stands.
    """
    if not _is_shared_base(place.folder.parent):
        return []
    beside = [Place(folder=path) for path in place.folder.parent.iterdir() if path != place.folder]
    return [other for other in beside if _is_abandoned(other)]


def remove_empty_base(place: Place) -> None:
    """Remove our folder of the temporary directory if `place` was the last in it."""
    if _is_shared_base(place.folder.parent):
        with contextlib.suppress(OSError):
            place.folder.parent.rmdir()


def try_lock(place: Place) -> int | None:
    """Return an open descriptor that holds the place's lock, None while another holds it.

    The lock lasts until the last copy of the descriptor is closed, so that a child which
    inherits it keeps it, and the operating system drops it on any death.
    """
    descriptor = open_ours(place.lock, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def open_ours(path: Path | str, flags: int) -> int:
    """Return a descriptor of the file, made if missing; it belongs to its folder's owner.

    So root may use somebody's folder and leave nothing in it that its owner cannot open, and
    no link laid there leads root elsewhere.
    """
    descriptor = os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    if os.geteuid() == 0:
        owner = Path(path).parent.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
    return descriptor


def make_sockets(place: Place, account: Account, tmp: Path | None) -> Path:
    """Return the 0700 socket folder of `place`, the one used before where it still stands."""
    before = sockets_of(place)
    if before is not None and _is_private(before, account):
        return before
    sockets = place.folder / "sockets"
    if len(os.fsencode(sockets)) <= LONGEST_SOCKETS_BYTES:
        sockets.mkdir(mode=0o700, exist_ok=True)
    else:
        sockets = Path(tempfile.mkdtemp(prefix="pg-", dir=_temporary(account, tmp)))
    sockets.chmod(0o700)
    account.own(sockets)
    return sockets


def publish(place: Place, sockets: Path) -> None:
    """Make `sockets` known to whoever uses `place`."""
    _write_whole(place.address, f"{sockets}\n")


def sockets_of(place: Place) -> Path | None:
    """Return the socket folder made known last, None where there is none."""
    try:
        text = place.address.read_text().strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return Path(text) if text else None


def _is_shared_base(folder: Path) -> bool:
    return folder.name == f"{_NAME}-{os.geteuid()}"


def _is_abandoned(place: Place) -> bool:
    try:
        if time.time() - place.folder.stat().st_mtime < _FRESH_S:
            return False
        return not Path(place.belongs_to.read_text().strip()).is_dir()
    except FileNotFoundError:
        return place.folder.is_dir()
    except OSError:
        return False


def _is_private(folder: Path, account: Account) -> bool:
    try:
        status = folder.lstat()
    except OSError:
        return False
    is_folder = stat.S_ISDIR(status.st_mode)
    return is_folder and status.st_uid == account.uid and not status.st_mode & 0o077


def _make(folder: Path, account: Account) -> None:
    """Make `folder` and its missing parents, each enterable for the account."""
    if folder.is_dir():
        return
    if not folder.parent.is_dir():
        _make(folder.parent, account)
    folder.mkdir(exist_ok=True)
    if not account.is_own:
        folder.chmod(stat.S_IMODE(folder.stat().st_mode) | 0o711)


def _elsewhere(folder: Path, account: Account, tmp: Path | None) -> Path:
    for temporary in {Path(tempfile.gettempdir()).resolve(), *([tmp.resolve()] if tmp else [])}:
        if folder.is_relative_to(temporary):
            return shared_base(account, tmp)
    _make(_STATE, account)
    if not account.can_enter(_STATE):
        raise Misconfigured(
            f"PostgreSQL runs as {account.name}, who can enter neither {folder} nor {_STATE}. "
            "Name a folder that this account can reach, or set DATABASE_URL to a running server."
        )
    return _STATE


def _temporary(account: Account, tmp: Path | None) -> Path:
    """Return the first temporary directory that is short, writable and open to the account."""
    wanted = [tmp] if tmp else []
    for folder in (*wanted, Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")):
        is_short = len(os.fsencode(folder.absolute())) <= LONGEST_SOCKETS_BYTES // 2
        if is_short and os.access(folder, os.W_OK | os.X_OK):  # noqa: SIM102
            if account.is_own or account.can_enter(folder):
                return folder.absolute()
    raise Misconfigured(
        f"No temporary directory with a short name that the account {account.name} can enter. "
        "Set TMPDIR to one, or DATABASE_URL to a running server."
    )


def _mode(account: Account) -> int:
    return 0o700 if account.is_own else 0o711


def _digest(folder: Path) -> str:
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]


def _write_whole(path: Path, text: str) -> None:
    part = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with open(part, "x", opener=open_ours) as file:
        file.write(text)
    part.replace(path)
