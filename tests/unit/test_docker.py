"""The image, the alerts and the dashboard: linted, and only about metrics that exist."""

import json
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import yaml

from engine.telemetry.metrics import METRICS

DOCKER = Path(__file__).parents[2] / "docker"
ALERTS = yaml.safe_load((DOCKER / "prometheus/alerts.yml").read_text("utf-8"))
RULES = [rule for group in ALERTS["groups"] for rule in group["rules"]]
DASHBOARD = json.loads((DOCKER / "grafana/dashboard.json").read_text("utf-8"))
TARGETS = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]


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


def test_alerts_when_promtool_is_there_then_it_finds_them_right() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed")
    checked = subprocess.run(
        [promtool, "check", "rules", str(DOCKER / "prometheus/alerts.yml")],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_compose_when_read_then_two_engines_share_one_database() -> None:
    compose = yaml.safe_load((DOCKER / "compose.yaml").read_text("utf-8"))
    services = compose["services"]
    assert {"postgres", "sandbox", "engine-a", "engine-b", "prometheus", "grafana"} <= set(services)
    urls = {services[name]["environment"]["DATABASE_URL"] for name in ("engine-a", "engine-b")}
    assert len(urls) == 1


def test_dockerfile_when_linted_then_clean_and_not_root() -> None:
    dockerfile = DOCKER / "Dockerfile"
    hadolint = Path(sysconfig.get_path("scripts")) / "hadolint"
    assert hadolint.exists() or sys.platform == "win32"
    checked = subprocess.run(
        [str(hadolint), str(dockerfile)], capture_output=True, text=True, check=False, timeout=60
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    users = re.findall(r"^USER (\S+)", dockerfile.read_text("utf-8"), re.MULTILINE)
    assert users
    assert users[-1] not in ("root", "0")
    assert dockerfile.read_text("utf-8").count("\nFROM ") >= 1


def test_requirements_when_read_then_every_package_is_pinned_and_hashed() -> None:
    text = (DOCKER / "requirements.txt").read_text("utf-8")
    packages = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert packages
    assert all("==" in line for line in packages)
    assert text.count("--hash=sha256:") >= len(packages)
    assert "http" not in text.replace("aiohttp", "")
