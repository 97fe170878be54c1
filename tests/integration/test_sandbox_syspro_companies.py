"""Several companies on one sandbox SYSPRO: each logon, token, posting and table has its own."""

import base64
import json
from typing import Any

import pytest
from sandbox_syspro_site import SEED, Site, document, open_site, seeded_ledger
from test_sandbox_syspro_transport import INVALID
from yarl import URL

from engine.sandbox.syspro.ledger import Ledger

ORDER = (
    "<PostPurchaseOrders><Orders><OrderHeader><OrderActionType>A</OrderActionType>"
    "<Supplier>S00118</Supplier></OrderHeader><OrderDetails><StockLine>"
    "<LineActionType>A</LineActionType><StockCode>A100</StockCode><Warehouse>FG</Warehouse>"
    "<OrderQty>3</OrderQty><PriceMethod>M</PriceMethod><Price>2</Price></StockLine></OrderDetails>"
    "</Orders></PostPurchaseOrders>"
)
PARAMETERS = (
    "<PostPurchaseOrders><Parameters><ValidateOnly>N</ValidateOnly></Parameters>"
    "</PostPurchaseOrders>"
)


def canada() -> Ledger:
    """A second company, whose local currency is another."""
    ledger = seeded_ledger(
        company="EDU2", company_name="Outdoor Education Canada", local_currency="CAD"
    )
    ledger.load({"ApSupplier": [{**SEED["ApSupplier"][0], "Supplier": "S00200"}]})
    return ledger


async def profile(site: Site, token: str) -> tuple[str, str]:
    """The name and the local currency of the company that the token is bound to."""
    shown = document(await site.text("GetLogonProfile", UserId=token))
    return shown.findtext("CompanyName", ""), shown.findtext("LocalCurrencyCode", "")


async def odata(site: Site, company: str, table: str) -> tuple[int, Any]:
    """Status and JSON of a company's table."""
    login = base64.b64encode(b"ODATA:odata").decode()
    url = URL(f"{site.url}/SYSPRO8Odata/SYSPROOData/{company}/{table}", encoded=True)
    async with site.http.get(url, headers={"Authorization": f"Basic {login}"}) as response:
        return response.status, json.loads(await response.read())


async def test_logon_when_a_company_is_named_then_the_token_is_bound_to_it() -> None:
    operators = {"PROCSYNC": "procsync", "PROCSYN2": "two"}
    async with open_site(beside=[canada()], operators=operators) as site:
        first = await site.logon()
        second = await site.logon(Operator="PROCSYN2", OperatorPassword="two", CompanyId="edu2")

        assert await profile(site, first) == ("Outdoor Education Company", "USD")
        assert await profile(site, second) == ("Outdoor Education Canada", "CAD")


async def test_logon_when_the_company_or_its_password_is_wrong_then_refused() -> None:
    async with open_site(beside=[canada()], company_passwords={"EDU2": "maple"}) as site:
        assert await site.logon(CompanyId="EDU3") == "ERROR: Invalid company"
        assert await site.logon(CompanyId="EDU2") == "ERROR: Invalid company password"
        assert await site.logon(CompanyPassword="maple") == "ERROR: Invalid company password"
        assert len(await site.logon(CompanyId="EDU2", CompanyPassword="maple")) == 36


async def test_operator_when_logging_on_to_another_company_then_evicted_from_the_first() -> None:
    async with open_site(beside=[canada()]) as site:
        first = await site.logon()

        second = await site.logon(CompanyId="EDU2")

        assert await site.text("GetLogonProfile", UserId=first) == INVALID
        assert (await profile(site, second))[1] == "CAD"


async def test_order_when_posted_into_one_company_then_the_other_has_none() -> None:
    other = canada()
    async with open_site(beside=[other]) as site:
        token = await site.logon(CompanyId="EDU2")

        reply = await site.post(token, "PORTOI", ORDER, PARAMETERS)

        assert document(reply).findtext(".//PurchaseOrder") == "000001"
        assert [len(ledger.orders()) for ledger in (site.ledger, other)] == [0, 1]
        assert [len(ledger.writes) for ledger in (site.ledger, other)] == [0, 1]
        token = await site.logon()
        reply = await site.post(token, "PORTOI", ORDER, PARAMETERS)
        assert document(reply).findtext(".//PurchaseOrder") == "000001"


async def test_odata_when_the_path_names_a_company_then_its_rows_alone() -> None:
    async with open_site(beside=[canada()]) as site:
        for company, codes in (
            ("EDU1", ["G00001", "S00118"]),
            ("edu2", ["G00001", "S00118", "S00200"]),
        ):
            status, body = await odata(site, company, "ApSupplier")
            assert (status, [row["Supplier"] for row in body["value"]]) == (200, codes)
        assert (await odata(site, "EDU3", "ApSupplier"))[0] == 404


@pytest.mark.parametrize("company", ["EDU1", "EDU2"])
async def test_comqco_when_asked_from_any_company_then_it_lists_them_all(company: str) -> None:
    async with open_site(beside=[canada()]) as site:
        token = await site.logon(CompanyId=company)

        shown = await site.query(token, "COMQCO", "<Query/>")
        users = await site.query(token, "COMQUS", "<Query/>")

        assert [
            (row.findtext("CompanyId"), row.findtext("CompanyName"))
            for row in shown.iter("Company")
        ] == [
            ("EDU1", "Outdoor Education Company"),
            ("EDU2", "Outdoor Education Canada"),
        ]
        assert [row.findtext("CompanyId") for row in users.iter("User")] == [company]
