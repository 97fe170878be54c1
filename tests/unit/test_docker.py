"""The image, the alerts and the dashboard: linted, and only about metrics that exist."""

import json
import re
import shutil
import subprocess
import sysconfig
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from engine.cli import parser
from engine.telemetry.metrics import METRICS

DOCKER = Path(__file__).parents[2] / "docker"
ALERTS = yaml.safe_load((DOCKER / "prometheus/alerts.yml").read_text("utf-8"))
RULES = [rule for group in ALERTS["groups"] for rule in group["rules"]]
COMPOSE = yaml.safe_load((DOCKER / "compose.yaml").read_text("utf-8"))
DOCKERFILE = (DOCKER / "Dockerfile").read_text("utf-8")
DASHBOARD = json.loads((DOCKER / "grafana/dashboard.json").read_text("utf-8"))
TARGETS = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]


def run(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)


def exported() -> dict[str, set[str]]:
    names: dict[str, set[str]] = {}
    for metric in METRICS:
        labels = set(metric.labels)
        if metric.type == "histogram":
            for suffix in ("_bucket", "_sum", "_count"):
                names[metric.name + suffix] = labels | {"le"}
        else:
            names[metric.name] = labels
    return names


@pytest.mark.parametrize("expression", [*TARGETS, *(rule["expr"] for rule in RULES)])
def test_expression_when_read_then_its_metrics_and_labels_exist(expression: str) -> None:
    names = exported()
    used = re.findall(r"procurify_syspro_\w+", expression)
    assert used
    assert [name for name in used if name not in names] == []
    grouped = {
        label.strip()
        for group in re.findall(r"by \(([^)]*)\)", expression)
        for label in group.split(",")
    }
    assert grouped <= set.union(*(names[name] for name in used))


def test_dashboard_when_read_then_every_metric_is_shown_or_alarmed() -> None:
    shown = " ".join([*TARGETS, *(rule["expr"] for rule in RULES)])
    assert [metric.name for metric in METRICS if metric.name not in shown] == []


def test_alerts_when_read_then_each_fear_has_one_that_says_what_to_do() -> None:
    assert {rule["alert"] for rule in RULES} >= {
        "SilentStop",
        "PostInDoubt",
        "BacklogOld",
        "CredentialRefused",
        "ChainBroken",
        "ProjectionLag",
    }
    for rule in RULES:
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["action"]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_alert_when_read_then_it_is_whole(rule: dict[str, object]) -> None:
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert re.fullmatch(r"\d+[smhd]", str(rule.get("for", "1m")))
    expression = str(rule["expr"])
    assert expression.count("(") == expression.count(")")
    grouped = {
        label.strip()
        for group in re.findall(r"by \(([^)]*)\)", expression)
        for label in group.split(",")
    }
    assert set(re.findall(r"\$labels\.(\w+)", str(rule["annotations"]))) <= grouped


def test_alerts_when_promtool_is_there_then_it_finds_them_right() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        assert RULES  # what can be seen without it, the tests above have seen
        return
    checked = run(promtool, "check", "rules", str(DOCKER / "prometheus/alerts.yml"))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert f"{len(RULES)} rules found" in checked.stdout


def test_compose_when_read_then_two_engines_share_one_database_and_none_is_root() -> None:
    services = COMPOSE["services"]
    assert {"postgres", "sandbox", "engine-a", "engine-b", "prometheus", "grafana"} <= set(services)
    urls = {services[name]["environment"]["DATABASE_URL"] for name in ("engine-a", "engine-b")}
    assert len(urls) == 1
    assert [name for name, service in services.items() if "user" in service] == ["config-folder"]


def test_compose_when_an_engine_is_watched_then_at_the_port_it_listens_on() -> None:
    scrape = yaml.safe_load((DOCKER / "prometheus/prometheus.yml").read_text("utf-8"))
    (targets,) = [one["static_configs"][0]["targets"] for one in scrape["scrape_configs"]]
    for name, target in zip(("engine-a", "engine-b"), targets, strict=True):
        service = COMPOSE["services"][name]
        _, port = service["command"][-1].split(":")
        assert target == f"sandbox:{port}"
        assert f":{port}/healthz" in str(service["healthcheck"]["test"])


@pytest.mark.parametrize("service", ["sandbox", "migrate", "engine-a", "engine-b"])
def test_compose_when_a_command_is_read_then_the_parser_takes_it(service: str) -> None:
    words = COMPOSE["services"][service]["command"]
    assert parser().parse_args(words).verb == words[0]


def test_dockerfile_when_linted_then_clean_and_not_root() -> None:
    hadolint = Path(sysconfig.get_path("scripts")) / "hadolint"
    checked = run(str(hadolint), str(DOCKER / "Dockerfile"))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    users = re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE)
    assert users
    assert users[-1] not in ("root", "0")
    assert DOCKERFILE.count("\nFROM ") >= 1


def test_dockerfile_when_read_then_what_it_copies_is_let_through() -> None:
    ignored = (DOCKER.parent / ".dockerignore").read_text("utf-8").splitlines()
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE)
    names = [name for line in copied for name in line.split()]
    assert {"engine", "projections", "schema.sql", "README.md"} <= set(names)
    assert [name for name in names if f"!{name}" not in ignored] == []


def test_requirements_x28_when_read_then_every_package_is_pinned_and_hashed() -> None:
    text = (DOCKER / "requirements.txt").read_text("utf-8")
    packages = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert packages
    assert all("==" in line for line in packages)
    assert text.count("--hash=sha256:") >= len(packages)
    assert "http" not in text.replace("aiohttp", "")


def test_requirements_when_compared_with_the_project_then_every_dependency_is_pinned_in_range() -> (
    None
):
    text = (DOCKER / "requirements.txt").read_text("utf-8")
    pinned = dict(re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE))
    project = tomllib.loads((DOCKER.parent / "pyproject.toml").read_text("utf-8"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["demo"]]
    needs = [Requirement(line) for line in declared]
    assert [need.name for need in needs if not need.specifier.contains(pinned[need.name])] == []
