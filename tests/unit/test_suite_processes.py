"""The whole suite is shared out once: never chosen tests, never by a process that runs a share."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

SHARED = Path(__file__).parents[1] / "conftest.py"
Source = pytest.Config.ArgsSource


@pytest.fixture
def started(
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., int | None]:
    """How many processes a run starts."""
    (shared,) = (
        plugin
        for plugin in pytestconfig.pluginmanager.get_plugins()
        if getattr(plugin, "__file__", None) == str(SHARED)
    )

    def count(
        source: Source = Source.TESTPATHS,
        *,
        worker: str | None = None,
        has_xdist: bool = True,
        **given: Any,
    ) -> int | None:
        monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
        if worker is not None:
            monkeypatch.setenv("PYTEST_XDIST_WORKER", worker)
        options = SimpleNamespace(**{"numprocesses": None, "usepdb": False, **given})
        plugins = SimpleNamespace(has_plugin=lambda name: has_xdist and name == "xdist")
        shared.pytest_cmdline_main(
            SimpleNamespace(option=options, args_source=source, pluginmanager=plugins)
        )
        found: int | None = options.numprocesses
        return found

    return count


def test_processes_when_the_whole_suite_is_run_then_two(started: Callable[..., int | None]) -> None:
    assert started() == 2


def test_processes_when_one_runs_a_share_then_it_starts_none(
    started: Callable[..., int | None],
) -> None:
    assert started(worker="gw0") is None


def test_processes_when_tests_are_chosen_or_it_cannot_be_then_none(
    started: Callable[..., int | None],
) -> None:
    assert started(Source.ARGS) is None
    assert started(has_xdist=False) is None
    assert started(usepdb=True) is None
    assert started(numprocesses=0) == 0
