"""The waits of the sandboxes: seeded, within their jitter, under a second unless asked for."""

import argparse

import pytest

from engine.cli.verb import milliseconds, share
from engine.sandbox.options import Profile, SandboxOptions
from engine.sandbox.waits import Pace, Waits


def drawn(pace: Pace, seed: int = 7, kind: str = "post") -> list[float]:
    waits = Waits(pace, seed=seed, kind=kind)
    return [waits.next_s() for _ in range(200)]


@pytest.mark.parametrize(
    ("profile", "query_s", "post_s"), [("fast", 0.0, 0.0), ("site", 0.15, 0.7)]
)
def test_profile_when_nothing_is_given_then_its_means(
    profile: Profile, query_s: float, post_s: float
) -> None:
    options = SandboxOptions(profile=profile)
    assert (options.query.mean_s, options.post.mean_s) == (query_s, post_s)
    assert options.procurify.mean_s == 0


def test_options_when_given_then_they_stand_before_the_profile() -> None:
    options = SandboxOptions(profile="site", query_ms=20, post_ms=0, procurify_ms=40, jitter=0.5)
    paces = (options.query, options.post, options.procurify)
    assert [pace.mean_s for pace in paces] == [0.02, 0.0, 0.04]
    assert {pace.jitter for pace in paces} == {0.5}


def test_waits_when_the_seed_is_the_same_then_so_are_they() -> None:
    pace = Pace(mean_s=0.15, jitter=0.2)
    assert drawn(pace) == drawn(pace)
    assert drawn(pace) != drawn(pace, seed=8)
    assert drawn(pace) != drawn(pace, kind="query")


def test_waits_when_drawn_then_within_their_jitter_on_both_sides() -> None:
    found = drawn(Pace(mean_s=1.0, jitter=0.2))
    assert 0.8 <= min(found) < 0.9
    assert 1.1 < max(found) <= 1.2
    assert set(drawn(Pace(mean_s=0.3, jitter=0.0))) == {0.3}
    assert set(drawn(Pace(mean_s=0.0))) == {0.0}


def test_post_when_the_profile_rules_then_under_a_second_whatever_the_jitter() -> None:
    found = drawn(SandboxOptions(profile="site", jitter=1.0).post)
    assert max(found) == 0.99
    assert min(found) < 0.2


def test_post_when_asked_for_longer_then_no_cap() -> None:
    found = drawn(SandboxOptions(post_ms=3000).post)
    assert min(found) >= 2.4
    assert max(found) > 3.0


@pytest.mark.parametrize("text", ["-1", "1.5", "600001", "x"])
def test_milliseconds_when_not_a_wait_then_a_sentence(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="milliseconds"):
        milliseconds(text)
    assert milliseconds("600000") == 600_000


@pytest.mark.parametrize("text", ["-0.1", "1.1", "20%", "nan"])
def test_share_when_not_from_nought_to_one_then_a_sentence(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="share"):
        share(text)
    assert [share(good) for good in ("0", "0.25", "1")] == [0.0, 0.25, 1.0]
