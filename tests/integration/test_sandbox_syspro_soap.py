"""The sandbox's SYSPRO by SOAP 1.1, as a WCF client would speak to it."""

import base64
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from sandbox_syspro_site import Site, open_site
from test_sandbox_syspro_orders import PARAMETERS, STOCKED, orders

SOAP = "/SYSPROWCFService/Soap"
NAMESPACE = "http://SYSPROWcfServiceSoap"
GOOD = {"Operator": "PROCSYNC", "OperatorPassword": "procsync", "CompanyId": "EDU1"}


async def raw(site: Site, body: str, **headers: str) -> tuple[int, str, str]:
    headers = {"Content-Type": "text/xml; charset=utf-8"} | headers
    async with site.http.post(f"{site.url}{SOAP}", data=body.encode(), headers=headers) as response:
        return response.status, response.headers["Content-Type"], await response.text()


async def call(site: Site, action: str, **parameters: str) -> str:
    """The result's text, whatever prefix the envelope has."""
    inside = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in parameters.items())
    body = (
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
        f'<{action} xmlns="{NAMESPACE}">{inside}</{action}></soap:Body></soap:Envelope>'
    )
    status, _, text = await raw(site, body, SOAPAction=f'"{action}"')
    assert status == 200
    result = ElementTree.fromstring(text).find(f".//{{{NAMESPACE}}}{action}Result")
    assert result is not None
    return result.text or ""


async def test_session_when_opened_by_soap_then_it_is_one_with_rest() -> None:
    async with open_site() as site:
        assert await call(site, "GetVersion") == "7.0.0.6"
        token = await call(site, "Logon", **GOOD, LanguageCode="05", LogLevel="0")
        assert len(token) == 36
        assert "<OperatorCode>PROCSYNC<" in await site.text("GetLogonProfile", UserId=token)
        assert await call(site, "Logoff", UserId=token) == "0"
        assert (await call(site, "GetLogonProfile", UserId=token)).startswith("ERROR: The supplied")


async def test_order_when_posted_by_soap_then_answered_as_by_rest() -> None:
    async with open_site() as site:
        token = await call(site, "Logon", **GOOD)
        parameters = PARAMETERS.format(trial="N", warnings="N")
        asked = {"UserId": token, "BusinessObject": "PORTOI"}
        text = await call(
            site, "TransactionPost", **asked, XmlParameters=parameters, XmlIn=orders(STOCKED)
        )
        assert "<PurchaseOrder>000001</PurchaseOrder>" in text
        find = "<Query><TableName>PorMasterHdr</TableName></Query>"
        asked = {"UserId": token, "BusinessObject": "COMFND", "XmlIn": find}
        plain = await call(site, "QueryQuery", **asked)
        assert plain == await site.text("Query/Query", **asked)
        wide = await call(site, "QueryQueryW", **asked)
        assert base64.b64decode(wide).decode("cp1252") == plain
        assert [entry[2:4] for entry in site.seen][1] == (f"{SOAP}/TransactionPost", "PORTOI")


@pytest.mark.parametrize("action", ["Nothing", "Run", "TransactionPostLD", ""])
async def test_action_when_unknown_then_the_fault_of_a_contract_mismatch(action: str) -> None:
    async with open_site() as site:
        body = (
            '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
            f'<GetVersion xmlns="{NAMESPACE}"/></s:Body></s:Envelope>'
        )
        status, kind, text = await raw(site, body, SOAPAction=f'"{action}"')
        assert (status, kind) == (500, "text/xml; charset=utf-8")
        fault = ElementTree.fromstring(text)[0][0]
        assert fault.findtext("faultcode") == "a:ActionNotSupported"
        assert f"The message with Action '{action}' cannot be processed" in (
            fault.findtext("faultstring") or ""
        )


async def test_request_when_it_is_no_soap_then_415_or_400() -> None:
    async with open_site() as site:
        assert (await raw(site, "{}", **{"Content-Type": "application/json"}))[0] == 415
        assert (await raw(site, "<a/>", SOAPAction='"GetVersion"'))[0] == 400
        assert (await raw(site, "<a>", SOAPAction='"GetVersion"'))[0] == 400
        async with site.http.get(f"{site.url}{SOAP}") as response:
            assert response.status == 400
    async with open_site(has_soap=False) as site:
        assert (await raw(site, "<a/>", SOAPAction='"GetVersion"'))[0] == 404


@pytest.mark.parametrize(
    ("element", "read"),
    [
        ('<x:Logoff xmlns:x="{}"><x:UserId>T</x:UserId></x:Logoff>', "0"),
        ('<Logoff xmlns="{}"><UserId>T</UserId></Logoff>', "0"),
        ('<x:Logoff xmlns:x="{}"><UserId>T</UserId></x:Logoff>', "ERROR: The supplied UserID"),
        ('<Logoff xmlns="{}"><userid>T</userid></Logoff>', "ERROR: The supplied UserID"),
        ('<Logoff xmlns="urn:{}"/>', "with name 'Logoff' and namespace 'urn:"),
        ("<Logoff/>", "with name 'Logoff' and namespace ''"),
        ('<GetVersion xmlns="{}"/>', "Found node type 'Element' with name 'GetVersion'"),
    ],
)
async def test_parameter_when_its_name_or_namespace_is_another_then_it_is_not_there(
    element: str, read: str
) -> None:
    async with open_site() as site:
        token = await call(site, "Logon", **GOOD)
        inside = element.format(NAMESPACE).replace(">T<", f">{token}<")
        body = (
            '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
            f"{inside}</s:Body></s:Envelope>"
        )
        status, _, text = await raw(site, body, SOAPAction='"Logoff"')
        assert read in text
        assert status == (500 if "Found node" in text else 200)


async def test_envelope_when_of_soap_12_then_400() -> None:
    body = (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>'
        f'<GetVersion xmlns="{NAMESPACE}"/></s:Body></s:Envelope>'
    )
    async with open_site() as site:
        assert (await raw(site, body, SOAPAction='"GetVersion"'))[0] == 400
