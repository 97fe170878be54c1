"""Where a server's things lie, by who asks and what they can reach; what is swept."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.embedded import place as embedded_place
from engine.embedded.account import own
from engine.embedded.place import Place, of_folder, throw_away, try_lock
from engine.embedded.supervisor import sweep
from engine.errors import Misconfigured

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root lends an account")
HOURS_AGO = 1_700_000_000


@pytest.fixture
def tmp() -> Iterator[Path]:
    """A temporary directory of our own that every account can enter."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def left_behind(tmp: Path, name: str, *, belongs_to: Path | None = None) -> Place:
    place = Place(folder=embedded_place.shared_base(own(), tmp) / name)
    place.cluster.mkdir(parents=True)
    if belongs_to is not None:
        place.belongs_to.write_text(f"{belongs_to}\n")
    os.utime(place.folder, (HOURS_AGO, HOURS_AGO))
    return place


def test_place_when_the_folder_is_reachable_then_all_lies_in_it(tmp: Path) -> None:
    place, account = of_folder(tmp / "run" / "pg", tmp)
    assert place.folder == tmp / "run" / "pg"
    assert account.can_enter(place.folder)


@only_root
def test_place_when_the_account_cannot_enter_then_a_marker_points_to_one_it_can(
    tmp: Path,
) -> None:
    closed = tmp / "closed"
    closed.mkdir(mode=0o700)
    place, account = of_folder(closed / "pg", tmp)
    assert place.folder.parent == tmp / "procurify-syspro-0"
    assert account.can_enter(place.folder)
    assert (closed / "pg" / "place").read_text().strip() == str(place.folder)
    assert place.belongs_to.read_text().strip() == str(closed / "pg")
    assert closed.stat().st_mode & 0o777 == 0o700


@only_root
def test_place_when_the_folder_is_moved_then_the_marker_still_leads_there(tmp: Path) -> None:
    (tmp / "closed").mkdir(mode=0o700)
    before, _ = of_folder(tmp / "closed" / "pg", tmp)
    shutil.move(tmp / "closed", tmp / "moved")
    after, _ = of_folder(tmp / "moved" / "pg", tmp)
    assert after == before
    assert after.belongs_to.read_text().strip() == str(tmp / "moved" / "pg")


@only_root
def test_place_when_the_marker_is_somebody_elses_then_it_is_not_followed(tmp: Path) -> None:
    marker = tmp / "place"
    marker.write_text("/elsewhere\n")
    os.chown(marker, 4242, 4242)
    with pytest.raises(Misconfigured, match=r"made by another account \(user id 4242\)"):
        of_folder(tmp, tmp)


def test_throw_away_when_made_twice_then_the_places_differ(tmp: Path) -> None:
    first, _ = throw_away(tmp)
    second, account = throw_away(tmp)
    assert first.folder.parent == second.folder.parent
    assert first != second
    assert account.can_enter(second.folder)


def test_throw_away_when_our_name_is_taken_by_a_link_then_it_is_refused(tmp: Path) -> None:
    (tmp / "elsewhere").mkdir()
    (tmp / f"procurify-syspro-{os.geteuid()}").symlink_to(tmp / "elsewhere")
    with pytest.raises(Misconfigured, match="belongs to somebody else"):
        throw_away(tmp)


def test_lock_when_held_then_nobody_else_gets_it(tmp: Path) -> None:
    place = Place(folder=tmp)
    held = try_lock(place)
    assert held is not None
    assert try_lock(place) is None
    os.close(held)
    again = try_lock(place)
    assert again is not None
    os.close(again)


def test_sweep_when_neighbours_are_left_then_only_the_unused_ones_go(tmp: Path) -> None:
    place, _ = throw_away(tmp)
    thrown = left_behind(tmp, "t-thrown")
    gone = left_behind(tmp, "0" * 16, belongs_to=tmp / "gone")
    (tmp / "standing").mkdir()
    standing = left_behind(tmp, "1" * 16, belongs_to=tmp / "standing")
    used = left_behind(tmp, "t-used")
    lock = try_lock(used)
    os.utime(used.folder, (HOURS_AGO, HOURS_AGO))
    young, _ = throw_away(tmp)

    sweep(place)

    assert lock is not None
    os.close(lock)
    stands = {one.folder.name: one.folder.exists() for one in (thrown, gone, standing, used, young)}
    assert stands == {
        thrown.folder.name: False,
        gone.folder.name: False,
        standing.folder.name: True,
        used.folder.name: True,
        young.folder.name: True,
    }
