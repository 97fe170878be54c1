"""What a probe is worth: by its own outcome, and by the site as it was seen since."""

import pytest

from engine.core.canonical import JsonObject
from engine.core.probes import probe_standing

SITE: JsonObject = {
    "SystemSiteId": "SITE1",
    "DatabaseType": "SQL",
    "SysproVersion": "8.0",
    "EnetVersion": "8.0.1",
}
PASSED: JsonObject = {"result": "passed", "site": SITE}
OWN: JsonObject = {"result": "passed", "site": {**SITE, "CompanyName": "Outdoors"}}
FAILED: JsonObject = {
    "result": "failed",
    "findings": [
        {"name": "A1", "result": "failed"},
        {"name": "A2", "result": "warned"},
        {"name": "A3", "result": "failed"},
    ],
}


@pytest.mark.parametrize(
    ("probe", "seen", "result", "said"),
    [
        (None, SITE, "never", "never probed"),
        (PASSED, {}, "passed", "passed"),
        (PASSED, SITE, "passed", "passed"),
        (PASSED, {**SITE, "CompanyName": "Live Ltd"}, "passed", "passed"),
        ({"result": "passed"}, SITE, "passed", "passed"),
        (PASSED, {**SITE, "SysproVersion": "8.1"}, "outdated", "SysproVersion is 8.1, was 8.0"),
        (PASSED, {**SITE, "EnetVersion": "8.0.2"}, "outdated", "EnetVersion is 8.0.2"),
        (PASSED, {**SITE, "SystemSiteId": "SITE2"}, "outdated", "SystemSiteId is SITE2"),
        (OWN, {**SITE, "CompanyName": "Copy"}, "outdated", "CompanyName is Copy, was Outdoors"),
        (FAILED, SITE, "failed", "the probe failed: A1, A3"),
        ({"result": "failed", "text": "no route"}, SITE, "failed", "it broke off"),
    ],
)
def test_probe_s37_when_the_site_is_seen_as_it_is_then_it_counts_or_is_asked_for_anew(
    probe: JsonObject | None, seen: JsonObject, result: str, said: str
) -> None:
    standing = probe_standing(probe, seen)
    assert (standing.result, standing.is_passed) == (result, result == "passed")
    assert said in standing.text
