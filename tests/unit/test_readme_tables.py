"""README's tables say what the code says: settings, metrics, verbs, exit codes, alerts."""

import re
import sys
from pathlib import Path

import pytest
import yaml
from readme_reading import ROOT, code, section, tables

from engine.cli import VERBS
from engine.cli.exits import Exit
from engine.cli.verb import Verb
from engine.config import settings
from engine.telemetry import METRICS

ANY_VERB = {Exit.ERROR, Exit.USAGE, Exit.REMOTE_UNAVAILABLE}
VERB_ROWS, EXIT_ROWS = tables(section("Verbs and exit codes"))


def test_settings_when_compared_then_every_row_is_the_codes() -> None:
    (rows,) = tables(section("Settings"))
    assert rows == [[f"`{one.name}`", one.type, one.default, one.meaning] for one in settings()]


def test_metrics_when_compared_then_every_row_is_the_codes() -> None:
    (rows,) = tables(section("Metrics"))
    assert rows == [
        [f"`{metric.name}`", metric.type, ", ".join(metric.labels), metric.help]
        for metric in METRICS
    ]


def test_verbs_when_compared_then_every_row_is_the_codes() -> None:
    assert [row[:2] for row in VERB_ROWS] == [[f"`{verb.name}`", verb.summary] for verb in VERBS]


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_verb_when_it_ends_then_with_a_code_of_its_row(verb: Verb) -> None:
    module = sys.modules[verb.run.__module__].__file__
    assert module is not None
    used = {
        Exit[name] for name in re.findall(r"\bExit\.([A-Z_]+)", Path(module).read_text("utf-8"))
    }
    (listed,) = [row[2] for row in VERB_ROWS if code(row[0]) == verb.name]
    assert {Exit(int(number)) for number in listed.split(", ")} == (used | {Exit.OK}) - ANY_VERB


def test_exit_codes_when_compared_then_every_one_is_there_and_explained() -> None:
    assert [(int(row[0]), code(row[1])) for row in EXIT_ROWS] == [
        (int(exit_code), exit_code.name) for exit_code in Exit
    ]
    assert all(row[2] for row in EXIT_ROWS)


def test_alerts_when_compared_then_every_row_is_a_rule() -> None:
    (rows,) = tables(section("Alerts"))
    rules = yaml.safe_load((ROOT / "docker/prometheus/alerts.yml").read_text("utf-8"))
    assert [[code(row[0]), row[1]] for row in rows] == [
        [rule["alert"], rule["labels"]["severity"]]
        for group in rules["groups"]
        for rule in group["rules"]
    ]
