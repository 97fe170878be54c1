"""The sandbox's SYSPRO against requests that our own client never makes."""

import asyncio

import pytest
from sandbox_syspro_site import REST, Site, document, open_site
from test_sandbox_syspro_orders import STOCKED, orders, setup, supplier_xml


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


@pytest.mark.parametrize(
    ("business_object", "root", "flag"),
    [
        ("PORTOI", "PostPurchaseOrders", "<ValidateOnly>n</ValidateOnly>"),
        ("APSTIN", "PostApInvoice", "<IgnoreWarnings>X</IgnoreWarnings>"),
        ("APSTRI", "PostApRegisterInvoice", "<IgnoreWarnings>W</IgnoreWarnings>"),
        ("PORTOS", "PostPorOrderStatus", "<ValidateOnly>Yes</ValidateOnly>"),
    ],
)
async def test_flag_when_its_value_is_none_of_the_schema_s_then_the_call_is_refused(
    business_object: str, root: str, flag: str
) -> None:
    parameters = f"<{root}><Parameters>{flag}</Parameters></{root}>"
    async with open_site() as site:
        text = await site.post(await site.logon(), business_object, f"<{root}/>", parameters)
        assert text.startswith("ERROR: XML element '")
        assert text.endswith(f"' has an invalid value '{flag.partition('>')[2].partition('<')[0]}'")


async def test_form_field_when_its_name_has_a_prefix_then_the_reply_is_xml() -> None:
    xml = (
        "<PostCustomForm><Item><Key><FormType>POR</FormType></Key><Fields>"
        '<x:Shift xmlns:x="urn:x">1</x:Shift></Fields></Item></PostCustomForm>'
    )
    async with open_site() as site:
        root = document(await site.post(await site.logon(), "COMTFM", xml))
        assert root.find("Item/Fields/Shift/ErrorNumber") is not None
        _, body = await asked(site, "NextKey", "<Key><TableName>PorMasterHdr+</TableName></Key>")
        assert document(body.decode()).tag == "PorMasterHdr_"


@pytest.mark.parametrize("token", ["\u00e9\u00e9", "x", ""])
async def test_odata_when_the_login_is_no_base64_then_401(token: str) -> None:
    async with open_site() as site:
        status, _ = await site.odata("ApBank", Authorization=f"Basic {token}")
        assert status == 401


async def test_odata_when_top_is_a_digit_of_another_kind_then_400() -> None:
    async with open_site() as site:
        assert (await site.odata("ApBank", {"$top": "²"}))[0] == 400
        assert (await site.odata("ApBank", {"$top": "9" * 30}))[0] == 200


async def spoken(site: Site, request: bytes) -> tuple[bytes, bytes]:
    """Head and body of the reply to raw bytes, read until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(site.url.rpartition(":")[2]))
    try:
        writer.write(request)
        async with asyncio.timeout(20):
            head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        return head, body
    finally:
        writer.close()
        await writer.wait_closed()


def request_of(method: str, path: str, body: bytes = b"", headers: str = "") -> bytes:
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}{length}\r\n"
    return head.encode() + body


@pytest.mark.parametrize(
    "path", [f"http://proxied.example{REST}/GetVersion", "/%53YSPROWCFService/Rest/Get%56ersion/"]
)
async def test_path_when_written_in_another_way_then_the_same_operation(path: str) -> None:
    async with open_site() as site:
        head, body = await spoken(site, request_of("GET", path))
        assert (head.split()[1], body) == (b"200", b"7.0.0.6")


async def test_table_when_its_plus_is_escaped_then_found() -> None:
    async with open_site() as site:
        assert (await site.odata("PorMasterHdr%2B"))[0] == 200


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("HEAD", f"{REST}/GetVersion", b"Allow: GET"),
        ("OPTIONS", f"{REST}/Logon", b"Allow: GET"),
        ("POST", f"{REST}/Transaction/Post", b"Allow: GET"),
        ("GET", f"{REST}/Transaction/PostLD", b"Allow: POST"),
        ("POST", "/SYSPRO8Odata/SYSPROOData/EDU1/ApBank", b"Allow: GET"),
    ],
)
async def test_method_when_another_than_the_operation_s_then_405_says_which(
    method: str, path: str, allowed: bytes
) -> None:
    login = "Authorization: Basic T0RBVEE6b2RhdGE=\r\n"
    async with open_site() as site:
        head, _ = await spoken(site, request_of(method, path, headers=login))
        assert head.split()[1] == b"405"
        assert allowed in head.splitlines()


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"", "", b"400"),
        (b'{"UserId": "x"}', "Content-Type: application/json\r\n", b"400"),
        (b"<TransactionPostLD/>", "", b"400"),
        (b'<TransactionPost xmlns="http://SYSPROWcfService"/>', "", b"400"),
        (b"no gzip", "Content-Encoding: gzip\r\n", b"400"),
        (b"<a>" + b"x" * 2_000_000 + b"</a>", "", b"413"),
        (b'<p:TransactionPostLD xmlns:p="http://SYSPROWcfService"/>', "", b"200"),
    ],
)
async def test_post_ld_when_the_body_is_no_such_document_then_refused_by_the_service(
    body: bytes, headers: str, status: bytes
) -> None:
    async with open_site(body_limit_bytes=1_000_000) as site:
        request = request_of("POST", f"{REST}/Transaction/PostLD", body, headers)
        head, _ = await spoken(site, request)
        assert head.split()[1] == status
        assert b"Server: Microsoft-HTTPAPI/2.0" in head.splitlines()
        assert b"Python" not in head


async def test_url_when_of_a_whole_order_then_414_however_long() -> None:
    async with open_site() as site:
        head, _ = await spoken(site, request_of("GET", f"{REST}/GetVersion?x={'y' * 200_000}"))
        assert head.split()[1] == b"414"


async def test_name_when_outside_the_code_page_then_found_as_it_is_kept() -> None:
    find = (
        "<Query><TableName>ApSupplier</TableName><Where><Expression><Column>SupplierName</Column>"
        "<Condition>EQ</Condition><Value>Łódź</Value></Expression></Where></Query>"
    )
    async with open_site() as site:
        document(await setup(site, "Add", supplier_xml(SupplierName="Łódź")))
        root = await site.query(await site.logon(), "COMFND", find)
        assert [row.findtext("SupplierName") for row in root.iter("Row")] == ["?ód?"]
