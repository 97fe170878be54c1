"""The sandbox's SYSPRO against requests that our own client never makes."""

import pytest
from sandbox_syspro_site import Site, document, open_site
from test_sandbox_syspro_orders import STOCKED, orders


async def asked(site: Site, path: str, xml: str, **more: str) -> tuple[int, bytes]:
    return await site.get(path, UserId=await site.logon(), XmlIn=xml, **more)


@pytest.mark.parametrize("rows", ["²", "99999999999999999999", "9" * 5000, "-1"])
async def test_page_when_its_size_is_no_number_or_a_huge_one_then_answered(rows: str) -> None:
    find = f"<Query><TableName>ApBank</TableName><ReturnRows>{rows}</ReturnRows></Query>"
    walk = f"<Browse><BrowseName>ApSupplier</BrowseName><ReturnRows>{rows}</ReturnRows></Browse>"
    async with open_site() as site:
        status, body = await asked(site, "Query/Query", find, BusinessObject="COMFND")
        assert (status, b"<Bank>B1</Bank>" in body) == (200, True)
        status, body = await asked(site, "Query/Browse", walk)
        assert (status, b"<Value>S00118</Value>" in body) == (200, True)


@pytest.mark.parametrize("key", ["²", "9" * 5000])
async def test_key_when_it_is_no_number_then_not_found(key: str) -> None:
    fetch = (
        "<Fetch><TableName>PorMasterDetail</TableName><Key>1</Key>"
        f"<OptionalKey1>{key}</OptionalKey1><FullKeyProvided>Y</FullKeyProvided></Fetch>"
    )
    error = f"<Query><ErrorMessage><ErrorCode>{key}</ErrorCode></ErrorMessage></Query>"
    async with open_site() as site:
        status, body = await asked(site, "Query/Fetch", fetch)
        assert (status, body.startswith(b"ERROR: ")) == (200, True)
        status, body = await asked(site, "Query/Query", error, BusinessObject="COMQER")
        assert (status, b"<TranslatedMessage/>" in body) == (200, True)


async def test_order_when_its_day_is_the_calendar_s_last_then_added() -> None:
    parameters = (
        "<PostPurchaseOrders><Parameters><ValidateOnly>N</ValidateOnly>"
        "<DefaultMemoDays>999</DefaultMemoDays></Parameters></PostPurchaseOrders>"
    )
    async with open_site() as site:
        xml = orders(STOCKED, OrderDate="9999-12-31")
        text = await site.post(await site.logon(), "PORTOI", xml, parameters)
        assert document(text).findtext("Order/Key/PurchaseOrder") == "000001"


@pytest.mark.parametrize("token", ["\u00e9\u00e9", "x", ""])
async def test_odata_when_the_login_is_no_base64_then_401(token: str) -> None:
    async with open_site() as site:
        status, _ = await site.odata("ApBank", Authorization=f"Basic {token}")
        assert status == 401


async def test_odata_when_top_is_a_digit_of_another_kind_then_400() -> None:
    async with open_site() as site:
        assert (await site.odata("ApBank", {"$top": "²"}))[0] == 400
        assert (await site.odata("ApBank", {"$top": "9" * 30}))[0] == 200
