"""Where PostgreSQL's programs are found, who runs them, and what is said when it cannot be."""

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.embedded import account as embedded_account
from engine.embedded import programs as embedded_programs
from engine.embedded.account import Account
from engine.embedded.programs import find
from engine.errors import Misconfigured

SAYS_VERSION = """#!/bin/sh
test -r "$(dirname "$0")/../lib/needed" || exit 1
echo "{name} (PostgreSQL) {version}"
"""


def install(folder: Path, version: str) -> Path:
    """An installation below `folder` whose programs say their version; returns its `bin`."""
    for name in ("bin", "lib", "share"):
        folder.joinpath(name).mkdir(parents=True)
    folder.joinpath("lib", "needed").write_text("library")
    for name in ("initdb", "postgres", "psql"):
        program = folder / "bin" / name
        program.write_text(SAYS_VERSION.format(name=name, version=version))
        program.chmod(0o700)
    return folder / "bin"


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without any PostgreSQL."""
    monkeypatch.setattr(embedded_programs, "_WHEELS", ())
    monkeypatch.setattr(embedded_programs, "_PLACES", ())
    monkeypatch.setattr(shutil, "which", lambda name: None)


@pytest.fixture
def account() -> Account:
    return embedded_account.own()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account can enter."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.mark.usefixtures("bare")
def test_find_when_there_are_no_programs_then_the_error_names_three_ways_out(
    account: Account, tmp_path: Path
) -> None:
    with pytest.raises(Misconfigured) as caught:
        find(None, account, copies=tmp_path / "copies", cluster_major=None)
    for way in ("DATABASE_URL", "PG_BIN", "procurify-syspro[demo]"):
        assert way in str(caught.value)


def test_find_when_the_named_folder_is_empty_then_the_error_names_it(
    account: Account, tmp_path: Path
) -> None:
    with pytest.raises(Misconfigured, match=f"PG_BIN names {tmp_path}"):
        find(tmp_path, account, copies=tmp_path / "copies", cluster_major=None)


@pytest.mark.parametrize("named", ["server/bin", "server"])
def test_find_when_a_folder_is_named_then_its_programs_win(
    named: str, account: Account, tmp_path: Path
) -> None:
    folder = install(tmp_path / "server", "17.2")
    found = find(str(tmp_path / named), account, copies=tmp_path / "copies", cluster_major=None)
    assert (found.folder, found.version, found.major) == (folder, "17.2", 17)


def test_find_when_the_programs_are_too_old_then_the_error_says_so(
    account: Account, tmp_path: Path
) -> None:
    folder = install(tmp_path / "server", "13.9")
    with pytest.raises(Misconfigured, match=r"version 13\.9 is too old"):
        find(folder, account, copies=tmp_path / "copies", cluster_major=None)


def test_find_when_the_cluster_is_of_another_major_then_the_error_says_so(
    account: Account, tmp_path: Path
) -> None:
    folder = install(tmp_path / "server", "18.1")
    with pytest.raises(Misconfigured, match=r"version 18\.1, the cluster is 16"):
        find(folder, account, copies=tmp_path / "copies", cluster_major=16)


@pytest.mark.usefixtures("bare")
def test_find_when_a_distribution_has_several_then_the_newest_or_the_clusters_is_taken(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for major in (9, 15, 16):
        install(tmp_path / "usr/lib/postgresql" / str(major), f"{major}.3")
    pattern = str(tmp_path.relative_to("/") / "usr/lib/postgresql/*/bin")
    monkeypatch.setattr(embedded_programs, "_PLACES", (pattern,))
    copies = tmp_path / "copies"
    assert find(None, account, copies=copies, cluster_major=None).version == "16.3"
    assert find(None, account, copies=copies, cluster_major=15).version == "15.3"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends an account")
def test_find_when_the_account_cannot_reach_the_programs_then_they_are_copied_with_libraries(
    tmp_path: Path, open_folder: Path
) -> None:
    nobody = embedded_account.named("nobody")
    assert nobody is not None
    package = tmp_path / "closed" / "wheel"
    folder = install(package / "pginstall18", "18.4")
    package.with_name("wheel.libs").mkdir()
    package.with_name("wheel.libs").joinpath("libpq.so.5").write_text("library")
    (tmp_path / "closed").chmod(0o700)
    copies = open_folder / "programs"

    found = find(folder, nobody, copies=copies, cluster_major=None)

    assert found.folder == copies / "wheel" / "pginstall18" / "bin"
    assert sorted(path.name for path in found.folder.iterdir()) == ["initdb", "postgres"]
    assert (found.folder / "../../../wheel.libs/libpq.so.5").resolve().is_file()
    born = copies.stat().st_ino
    assert find(folder, nobody, copies=copies, cluster_major=None) == found
    assert copies.stat().st_ino == born


def test_account_when_the_user_id_has_no_entry_then_the_error_names_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(uid: int) -> pwd.struct_passwd:
        raise KeyError(uid)

    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    with pytest.raises(Misconfigured, match=r"User id 12345 has no entry.*DATABASE_URL"):
        embedded_account.choose(tmp_path / "cluster")


def test_account_when_the_cluster_is_somebody_elses_then_the_error_says_whose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner_uid = tmp_path.stat().st_uid
    entry = pwd.getpwuid(owner_uid)
    monkeypatch.setattr(os, "geteuid", lambda: owner_uid + 4242)
    monkeypatch.setattr(pwd, "getpwuid", lambda uid: entry)
    with pytest.raises(Misconfigured, match=rf"belongs to another account.*{owner_uid}"):
        embedded_account.choose(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends an account")
def test_account_when_started_as_root_then_it_is_an_ordinary_one(tmp_path: Path) -> None:
    account = embedded_account.choose(tmp_path / "cluster")
    assert account.uid != 0 and not account.is_own
    assert account.run("/bin/sh", "-c", "id -u").stdout.strip() == str(account.uid)
    assert account.run("/bin/sh", "-c", "id -G").stdout.split() == [str(account.gid)]


def test_account_x29_when_a_program_runs_then_it_sees_none_of_our_environment(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGDATABASE", "canary")
    seen = account.run("/usr/bin/env").stdout.split()
    assert {line.partition("=")[0] for line in seen} == {"LC_ALL", "TZ", "PATH"}
