"""The bill of materials: whole, the same each time, and all of it pinned by the image."""

import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from engine.cli import main
from engine.cli.sbom import OURS

PINS = Path(__file__).parents[2] / "docker" / "requirements.txt"
CORE = {
    "aiohttp",
    "aiolimiter",
    "asyncpg",
    "cryptography",
    "defusedxml",
    "orjson",
    "prometheus-client",
    "pydantic",
    "pydantic-settings",
}


def billed(capsys: pytest.CaptureFixture[str]) -> Any:
    assert main(["sbom", "--json"]) == 0
    return orjson.loads(capsys.readouterr().out)


def test_bill_x28_when_made_then_everything_in_it_is_pinned_with_a_hash(
    capsys: pytest.CaptureFixture[str],
) -> None:
    pinned = set(re.findall(r"^([\w.-]+)==", PINS.read_text("utf-8"), re.MULTILINE))
    names = {part["name"] for part in billed(capsys)["components"]}
    assert names >= CORE | {"yarl", "multidict", "pydantic-core", "cffi"}
    assert names - pinned == set(), "a package that the image does not know"


def test_bill_x28_when_made_then_every_reference_in_it_leads_somewhere(
    capsys: pytest.CaptureFixture[str],
) -> None:
    bill = billed(capsys)
    parts = [bill["metadata"]["component"], *bill["components"]]
    references = [part["bom-ref"] for part in parts]
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert parts[0]["name"] == OURS
    assert len(references) == len(set(references))
    assert sorted(each["ref"] for each in bill["dependencies"]) == sorted(references)
    needs = {need for each in bill["dependencies"] for need in each["dependsOn"]}
    assert needs == set(references[1:]), "all but the engine itself is needed by something"


def test_bill_when_made_twice_then_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert billed(capsys) == billed(capsys)
    assert main(["sbom"]) == 0
    assert re.search(r"^aiohttp [0-9.]+$", capsys.readouterr().out, re.MULTILINE)
