"""Seats, denials and the forms that tokens and replies may have in the sandbox's SYSPRO."""

import asyncio
import json
from xml.etree import ElementTree

import pytest
from sandbox_syspro_site import open_site
from test_sandbox_syspro_transport import INVALID

from engine.sandbox.waits import Pace

OPERATORS = {"PROCSYNC": "procsync", "OTHER": "o", "GUEST": "g"}
DENIED = "ERROR: Access denied to Functional Area"


async def test_seats_when_taken_then_refused_until_one_is_idle_or_logs_off() -> None:
    async with open_site(operators=OPERATORS, seats=1, seat_timeout_s=60.0) as site:
        first = await site.logon()
        other = {"Operator": "OTHER", "OperatorPassword": "o"}
        assert await site.logon(**other) == "ERROR: All 1 e.net licenses are in use"
        assert len(await site.logon()) == 36
        assert await site.text("GetLogonProfile", UserId=first) == INVALID
        site.now_s[0] = 61.0
        token = await site.logon(**other)
        assert len(token) == 36
        assert (await site.logon()).startswith("ERROR: All 1")
        assert await site.text("Logoff", UserId=token) == "0"
        assert len(await site.logon()) == 36


async def test_operator_when_shared_then_every_logon_keeps_its_session() -> None:
    async with open_site(operators=OPERATORS, shared_operators=frozenset({"GUEST"})) as site:
        guest = {"Operator": "guest", "OperatorPassword": "g"}
        tokens = [await site.logon(**guest) for _ in range(2)]
        for token in tokens:
            assert "<OperatorCode>GUEST<" in await site.text("GetLogonProfile", UserId=token)


async def test_operator_when_barred_or_denied_then_the_line_says_so() -> None:
    denied = {"PROCSYNC": frozenset({"SORQBS", "APSTIN", "PORQRY"})}
    async with open_site(
        operators=OPERATORS, barred_operators=frozenset({"OTHER"}), denied_objects=denied
    ) as site:
        barred = await site.logon(Operator="OTHER", OperatorPassword="o")
        assert barred == "ERROR: No access to Business Objects for operator 'OTHER'"
        token = await site.logon()
        line = await site.post(token, "APSTIN", "<PostApInvoice/>")
        area = "'ApPrimaryPosting' for operator 'PROCSYNC' (Business Object 'APSTIN')"
        assert line == f"{DENIED} {area}"
        asked = {"UserId": token, "BusinessObject": "SORQBS", "XmlIn": "<Query/>"}
        assert await site.text("Query/Query", **asked) == (
            "ERROR: Access denied to Functional Area 'SorBlanketSo' for operator 'PROCSYNC' "
            "(Business Object 'SORQBS')"
        )
        unknown = {**asked, "BusinessObject": "SORQRY"}
        line = "ERROR: e.net exception raised: 100000"
        assert await site.text("Query/Query", **unknown) == line


@pytest.mark.parametrize("form", ["v7", "v8"])
async def test_token_when_of_either_form_then_taken_with_and_without_blanks(form: str) -> None:
    async with open_site(token_form=form) as site:
        token = await site.logon()
        assert (len(token) > 40) is (form == "v8")
        assert token.startswith("SYS") is (form == "v8")
        assert "UserInfo" in await site.text("GetLogonProfile", UserId=f"{token.rstrip()}  ")
        assert await site.text("Logoff", UserId=token.rstrip()) == "0"


async def test_reply_when_wrapped_then_the_same_text_inside() -> None:
    async with open_site() as site:
        plain = await site.text("GetVersion")
    async with open_site(wrapping="json") as site:
        assert json.loads(await site.text("GetVersion")) == plain
    async with open_site(wrapping="string") as site:
        root = ElementTree.fromstring(await site.text("GetVersion"))
        assert (root.tag.rpartition("}")[2], root.text) == ("string", plain)


async def test_post_ld_when_the_site_has_none_then_404() -> None:
    async with (
        open_site(has_post_ld=False) as site,
        site.http.post(f"{site.url}/SYSPROWCFService/Rest/Transaction/PostLD") as response,
    ):
        assert response.status == 404


@pytest.mark.parametrize("is_strict", [False, True])
async def test_calls_when_parallel_on_one_token_then_counted_or_refused(is_strict: bool) -> None:
    pace = Pace(mean_s=0.2, jitter=0.0)
    async with open_site(query=pace, refuses_parallel_calls=is_strict) as site:
        token = await site.logon()
        xml = "<Query><TableName>ApBank</TableName></Query>"
        asked = {"UserId": token, "BusinessObject": "COMFND", "XmlIn": xml}
        async with asyncio.TaskGroup() as group:
            calls = [group.create_task(site.text("Query/Query", **asked)) for _ in range(2)]
        refused = [call.result().startswith("ERROR: Another call") for call in calls]
        assert sum(refused) == (1 if is_strict else 0)


async def test_company_password_when_set_then_it_must_be_given() -> None:
    async with open_site(company_passwords={"EDU1": "c"}) as site:
        assert await site.logon() == "ERROR: Invalid company password"
        assert len(await site.logon(CompanyPassword="c")) == 36
