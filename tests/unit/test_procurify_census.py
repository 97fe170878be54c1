"""What a list holds against what was read of it (reliability.md P19, P21)."""

import random

import pytest

from engine.procurify.census import Census


def after(*polls: tuple[int, int | None]) -> Census:
    """Polls that read so many as new and then counted so many in all."""
    census = Census()
    for new, total in polls:
        census.read(new)
        census.count(total)
    return census


@pytest.mark.parametrize(
    ("polls", "then_new", "is_short"),
    [
        ([], 0, False),
        ([(0, 10)], 0, False),
        ([(10, 10), (0, 10)], 0, False),
        ([(0, 10), (1, 11)], 0, False),
        ([(0, 10), (0, 11)], 0, True),
        ([(0, 10), (0, 11)], 1, False),
        ([(0, 10), (2, 13)], 0, True),
        ([(0, 10), (2, 13)], 1, False),
        ([(0, 10), (0, 9), (0, 9)], 0, False),
        ([(0, 10), (0, 9), (0, 10)], 0, True),
        ([(0, 10), (1, 10), (0, 10), (0, 11)], 0, True),
        ([(0, 10), (0, None), (0, 12)], 0, False),
    ],
)
def test_census_when_the_list_grows_p21_then_short_of_what_no_walk_showed(
    polls: list[tuple[int, int | None]], then_new: int, is_short: bool
) -> None:
    census = after(*polls)
    census.read(then_new)
    assert census.is_short is is_short


def test_census_when_what_had_left_is_there_again_p21_then_short_though_the_count_never_fell() -> (
    None
):
    """It was hidden while everything was walked, and shown again before the list was counted."""
    census = after((0, 10))
    census.read(0, gone=1)
    census.count(10)
    census.read(0)
    assert census.is_short


def test_census_when_something_left_for_good_p21_then_not_short() -> None:
    census = after((0, 10))
    census.read(0, gone=1)
    census.count(9)
    census.read(0)
    assert not census.is_short


def test_census_when_recounted_p21_then_short_no_more() -> None:
    census = after((0, 10), (0, 12))
    census.read(0)
    assert census.is_short
    census.read(2)
    census.recounted(12)
    census.count(12)
    census.read(0)
    assert not census.is_short


def test_census_when_it_hid_from_the_recount_as_well_p21_then_short_once_it_is_back() -> None:
    """What was counted before the walk is no word of what the walk met."""
    census = after((0, 10), (0, 12))
    census.read(0)
    census.recounted(11)
    census.read(0)
    assert not census.is_short
    census.count(12)
    census.read(0)
    assert census.is_short


@pytest.mark.parametrize(
    ("total", "wanted", "read", "is_short"),
    [
        (10, 4, [4], False),
        (10, 4, [1, 2, 1], False),
        (10, 4, [1, 2], True),
        (10, 10, [4], True),
        (10, None, [0], False),
        (None, 4, [0], False),
    ],
)
def test_census_when_the_first_reading_ends_p12_p21_then_short_unless_all_wanted_was_met(
    total: int | None, wanted: int | None, read: list[int], is_short: bool
) -> None:
    census = Census()
    census.begin(total, wanted)
    for new in read:
        census.read(new)
    assert census.is_short is is_short


def test_census_when_documents_come_between_walk_and_count_p21_then_never_short() -> None:
    chance = random.Random(5)
    census, total, unread = Census(), 100, 0
    census.count(total)
    for _ in range(1000):
        new, unread = unread + chance.randint(0, 3), 0
        total += new
        unread = chance.randint(0, 2)  # came while the walk was under way, after its page
        total += unread
        census.read(new)
        assert not census.is_short
        census.count(total)
        total -= unread  # counted with the next walk's new ones
