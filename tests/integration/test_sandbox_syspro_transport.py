"""The sandbox's e.net service on a real socket: recorded exchanges, sessions, limits."""

import asyncio
from urllib.parse import quote_plus

import pytest
from sandbox_syspro_site import REST, open_site, sample_body, sample_parameter, seeded_ledger
from yarl import URL

from engine.sandbox.waits import Pace

INVALID = (
    "ERROR: The supplied UserID is invalid. Either you were not logged in; or your session has "
    "expired. You will need to logon again."
)


async def test_getversion_when_asked_in_any_case_then_answers_as_recorded() -> None:
    async with (
        open_site() as site,
        site.http.get(f"{site.url}/sysprowcfservice/REST/getversion") as response,
    ):
        assert await response.read() == sample_body("01-getversion")
        assert response.status == 200
        assert response.headers["Content-Type"] == "application/octet-stream"
        assert response.headers["Server"] == "Microsoft-HTTPAPI/2.0"
        assert response.headers["Content-Length"] == "7"


async def test_logon_when_good_then_a_token_of_36_characters_that_logs_off_once() -> None:
    async with open_site() as site:
        token = await site.logon()
        assert len(token) == len(sample_body("02-logon")) == 36
        assert token.endswith("00  ")
        assert token[:32] == token[:32].upper()
        assert await site.text("logoff", UserId=token.rstrip()) == "0"
        assert await site.text("Logoff", UserId=token) == INVALID


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"OperatorPassword": "wrong"}, sample_body("08-logon").decode()),
        ({"Operator": "NOBODY"}, "ERROR: Invalid operator"),
        ({"CompanyId": "X"}, "ERROR: Invalid company"),
        ({"CompanyPassword": "x"}, "ERROR: Invalid company password"),
    ],
)
async def test_logon_when_something_is_wrong_then_an_error_line_with_status_200(
    changes: dict[str, str], line: str
) -> None:
    async with open_site() as site:
        assert await site.logon(**changes) == line


async def test_logoff_when_the_token_names_another_instance_then_the_recorded_line() -> None:
    async with open_site() as site:
        token = sample_parameter("07-logoff", "UserId")
        assert await site.get("logoff", UserId=token) == (200, sample_body("07-logoff"))


async def test_logon_when_a_parameter_is_missing_then_refused_but_an_empty_one_is_taken() -> None:
    async with open_site() as site:
        good = {"Operator": "PROCSYNC", "OperatorPassword": "procsync", "CompanyId": "EDU1"}
        assert "CompanyPassword" in await site.text("Logon", **good)
        assert len(await site.text("Logon", **good, CompanyPassword="")) == 36


async def test_second_logon_when_same_operator_then_evicts_unless_told_to_fail() -> None:
    exclusive = "<Logon><FailWhenAlreadyLoggedIn>Y</FailWhenAlreadyLoggedIn></Logon>"
    async with open_site() as site:
        first = await site.logon(XmlIn=exclusive)
        assert (await site.logon(XmlIn=exclusive)).startswith("ERROR: ")
        assert "<OperatorCode>PROCSYNC<" in await site.text("GetLogonProfile", UserId=first)
        second = await site.logon()
        assert await site.text("GetLogonProfile", UserId=first) == INVALID
        assert "<CompanyName>" in await site.text("GetLogonProfile", UserId=second)


async def test_session_when_idle_longer_than_twenty_minutes_then_expired() -> None:
    async with open_site() as site:
        token = await site.logon()
        site.now_s[0] = 1_199.0
        assert "UserInfo" in await site.text("GetLogonProfile", UserId=token)
        site.now_s[0] = 1_199.0 + 1_201.0
        assert await site.text("GetLogonProfile", UserId=token) == INVALID


async def test_request_when_url_is_too_long_then_414_and_unknown_paths_404() -> None:
    async with open_site() as site:
        assert (await site.get("GetVersion", x="y" * 16_400))[0] == 414
        assert (await site.get("Nothing"))[0] == 404
        async with site.http.get(f"{site.url}/") as response:
            assert response.status == 404
        async with site.http.post(f"{site.url}{REST}/Logon") as response:
            assert response.status == 405
        assert [call[4] for call in site.seen] == [414, 404, 404, 405]


async def test_post_when_object_is_unknown_or_xml_is_bad_then_error_lines() -> None:
    async with open_site() as site:
        token = await site.logon()
        assert await site.post(token, "PORTBI", "<a/>") == "ERROR: e.net exception raised: 100000"
        for bad in ("<a>", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "<a>" * 60):
            assert (await site.post(token, "PORTOI", bad)).startswith("ERROR: Unable to read")
        assert (await site.post("0" * 34, "PORTOI", "<a/>")) == INVALID
        assert not site.ledger.writes


async def test_requests_when_made_then_the_hook_sees_object_and_status_but_no_secret() -> None:
    async with open_site() as site:
        token = await site.logon()
        await site.query(token, "comfnd", "<Query><TableName>ApBank</TableName></Query>")
        assert site.seen == [
            ("syspro", "GET", f"{REST}/Logon", "", 200),
            ("syspro", "GET", f"{REST}/Query/Query", "COMFND", 200),
        ]


async def test_post_when_the_client_hangs_up_while_executing_then_it_commits_all_the_same() -> None:
    ledger = seeded_ledger()
    supplier = (
        "<SetupApSupplier><Item><Key><Supplier>V000001</Supplier></Key>"
        "<SupplierName>New</SupplierName>"
        "<Branch>10</Branch><TermsCode>30</TermsCode></Item></SetupApSupplier>"
    )
    written = asyncio.Event()
    wrote = ledger.wrote

    def noted(*arguments: object, **named: object) -> object:
        written.set()
        return wrote(*arguments, **named)

    ledger.wrote = noted
    async with open_site(ledger, post=Pace(mean_s=0.3, jitter=0.0)) as site:
        token = await site.logon()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await site.text(
                    "Setup/Add",
                    UserId=token,
                    BusinessObject="APSSSP",
                    XmlParameters="",
                    XmlIn=supplier,
                )
        assert not ledger.writes
        await site.logon()
        async with asyncio.timeout(1):
            await written.wait()
        assert ledger.tables["ApSupplier"][("V000001",)]["SupplierName"] == "New"


async def test_setup_when_query_is_url_encoded_in_either_encoding_then_read_alike() -> None:
    xml = (
        "<SetupApSupplier><Item><Key><Supplier>{}</Supplier></Key><SupplierName>Søn</SupplierName>"
        "<Branch>10</Branch><TermsCode>30</TermsCode></Item></SetupApSupplier>"
    )
    async with open_site() as site:
        token = (await site.logon()).rstrip()
        for code, encoding in (("V1", "utf-8"), ("V2", "cp1252")):
            text = quote_plus(xml.format(code).encode(encoding))
            query = f"BUSINESSOBJECT=apsssp&userid={token}++&XmlParameters=&XmlIn={text}"
            url = URL(f"{site.url}{REST}/setup/ADD?{query}", encoded=True)
            async with site.http.get(url) as response:
                assert b"<RecordsInvalid>0<" in await response.read()
            assert site.ledger.tables["ApSupplier"][(code,)]["SupplierName"] == "Søn"


async def test_post_when_sent_by_get_then_the_same_as_postld() -> None:
    async with open_site() as site:
        token = await site.logon()
        given = {"UserId": token, "BusinessObject": "APSTIN", "XmlIn": "<PostApInvoice/>"}
        by_get = await site.text("Transaction/Post", **given, XmlParameters="")
        assert by_get == await site.post(token, "APSTIN", "<PostApInvoice/>")
        assert "<ItemsProcessed>0<" in by_get
        assert (await site.text("Transaction/Post", **given)).startswith("ERROR: ")
        other_root = "<PostPurchaseOrders/>"
        answer = await site.text("Transaction/Post", **given, XmlParameters=other_root)
        assert answer.startswith("ERROR: XML root element")
