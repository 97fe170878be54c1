"""`sandbox --procurify FILE`: rights, limits and the slash rule as it says, or one line why not."""

import json
import re
from pathlib import Path

import aiohttp
import pytest

from engine.cli import main
from engine.cli.exits import Exit
from engine.sandbox.json_fields import BadInput
from engine.sandbox.main import SandboxOptions, open_sandbox
from engine.sandbox.procurify.settings import ProcurifySettings
from engine.sandbox.procurify.settings_file import changed_settings

README = Path(__file__).parents[2] / "README.md"


async def test_tenant_when_a_role_is_denied_and_calls_are_limited_then_403_and_429(
    tmp_path: Path,
) -> None:
    path = tmp_path / "tenant.json"
    limit = {"requests": 4, "window_s": 3600, "retry_after": False}
    given = {"denied": ["bills"], "limit": limit, "redirects_slash": True}
    path.write_text(json.dumps(given), encoding="utf-8")
    options = SandboxOptions(documents=0, folder=tmp_path, procurify_file=path)
    async with open_sandbox(options) as sandbox, aiohttp.ClientSession() as http:
        ready = sandbox.ready["procurify"]
        assert isinstance(ready, dict)
        base = ready["base_url"]
        grant = {
            **ready,
            "audience": "https://api.procurify.com/",
            "grant_type": "client_credentials",
        }
        async with http.post(f"{base}/oauth/token", json=grant) as response:
            token = (await response.json())["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        for page, status in (
            ("/api/v3/ap/bills/", 403),
            ("/api/v3/vendors", 301),
            ("/api/v3/vendors/", 200),
            ("/api/v3/vendors/", 429),
        ):
            async with http.get(base + page, allow_redirects=False) as response:
                assert response.status == status
        assert "Retry-After" not in response.headers


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"largest_size": 0}', "the file: largest_size is to be a whole number from 1 on"),
        ('{"limits": {}}', "the file: unknown member limits"),
        ('{"limit": {"requests": 1, "per": 2}}', "limit: unknown member per"),
        ("[]", "the file is to be a JSON object"),
    ],
)
def test_tenant_when_the_file_is_wrong_then_one_line_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, sentence: str
) -> None:
    path = tmp_path / "tenant.json"
    path.write_text(text, encoding="utf-8")
    options = ["--documents", "0", "--folder", str(tmp_path), "--procurify", str(path)]
    assert main(["sandbox", *options]) == Exit.USAGE
    assert capsys.readouterr().err == f"sandbox: tenant.json: {sentence}\n"


def test_tenant_when_it_denies_what_nobody_knows_then_the_known_are_named() -> None:
    with pytest.raises(BadInput, match="denied invoices is none of account_codes, accounts, bills"):
        changed_settings(ProcurifySettings(), {"denied": ["bills", "invoices"]})


def test_members_when_named_in_readme_then_they_are_those_that_are_taken() -> None:
    text = README.read_text().partition("`--procurify FILE`")[2].partition("\n\n")[0]
    named = set(re.findall(r"`([a-z_]+)`", text))
    taken = set()
    for name in ProcurifySettings.__dataclass_fields__:
        try:
            changed_settings(ProcurifySettings(), {name: None})
        except BadInput as wrong:
            if "unknown member" not in str(wrong):
                taken.add(name)
    assert named == taken
