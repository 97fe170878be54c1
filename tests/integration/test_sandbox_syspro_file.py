"""`sandbox --syspro FILE`: another site, as its settings say, or one line why not."""

import json
import re
from pathlib import Path
from urllib.parse import quote

import aiohttp
import pytest
from yarl import URL

from engine.cli import main
from engine.cli.exits import Exit
from engine.sandbox.json_fields import BadInput
from engine.sandbox.main import SandboxOptions, open_sandbox
from engine.sandbox.syspro.settings import SysproSettings
from engine.sandbox.syspro.settings_file import changed_settings

README = Path(__file__).parents[2] / "README.md"


async def logged_on(base: str, operator: str, password: str) -> str:
    given = {"Operator": operator, "OperatorPassword": password, "CompanyId": "EDU1"}
    query = "&".join(f"{name}={quote(text)}" for name, text in given.items())
    url = URL(f"{base}/Logon?{query}&CompanyPassword=", encoded=True)
    async with aiohttp.ClientSession() as http, http.get(url) as response:
        return (await response.read()).decode("cp1252")


async def test_site_when_it_has_one_seat_then_a_second_operator_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "site.json"
    site = {"operators": {"clerk": "secret"}, "seats": 1, "token_form": "v8"}
    path.write_text(json.dumps(site), encoding="utf-8")
    options = SandboxOptions(documents=0, folder=tmp_path, syspro=path)
    async with open_sandbox(options) as sandbox:
        enet = sandbox.ready["syspro"]
        assert isinstance(enet, dict)
        assert (await logged_on(enet["base_url"], "CLERK", "secret")).startswith("SYS")
        own = enet["operator"], enet["operator_password"]
        assert (await logged_on(enet["base_url"], *own)).startswith("ERROR: ")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"seats": -1}', "the file: seats is to be a whole number from 0 on"),
        ('{"seat": 1}', "the file: unknown member seat"),
        ('{"denied_objects": {"A": [[]]}}', "denied_objects: A is to be a list of texts"),
        ("[]", "the file is to be a JSON object"),
    ],
)
def test_site_when_the_file_is_wrong_then_one_line_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, sentence: str
) -> None:
    path = tmp_path / "site.json"
    path.write_text(text, encoding="utf-8")
    options = ["--documents", "0", "--folder", str(tmp_path), "--syspro", str(path)]
    assert main(["sandbox", *options]) == Exit.USAGE
    assert capsys.readouterr().err == f"sandbox: site.json: {sentence}\n"


def test_members_when_named_in_readme_then_they_are_those_that_are_taken() -> None:
    text = README.read_text().partition("`--syspro FILE`")[2].partition("\n\n")[0]
    named = set(re.findall(r"`([a-z_]+)`", text))
    taken = set()
    for name in SysproSettings.__dataclass_fields__:
        try:
            changed_settings(SysproSettings(), {name: None})
        except BadInput as wrong:
            if "unknown member" not in str(wrong):
                taken.add(name)
    assert named == taken
