"""The smaller query and setup objects of the sandbox's SYSPRO, and the marks of all."""

from decimal import Decimal

import pytest
from sandbox_syspro_site import (
    Site,
    document,
    errors,
    open_site,
    sample_body,
    sample_parameter,
    seeded_ledger,
)
from test_sandbox_syspro_orders import NON_STOCKED, STOCKED, posted, setup, supplier_xml

from engine.sandbox.syspro import keyrules, marks, registry
from engine.sandbox.syspro.company_setup import PayablesSetup, PurchasingSetup


async def ask(site: Site, business_object: str, inside: str = "") -> str:
    asked = {"UserId": await site.logon(), "BusinessObject": business_object}
    return await site.text("Query/Query", **asked, XmlIn=f"<Query>{inside}</Query>")


def test_registry_when_read_then_every_object_has_a_mark_and_every_mark_an_object() -> None:
    known = {*registry.QUERIES, *registry.TRANSACTIONS, *registry.IMPLIED.values()}
    known |= {name for _, name in registry.SETUPS}
    assert {marked.name for marked in marks.BUSINESS_OBJECTS} == known


@pytest.mark.parametrize(
    ("code", "parameters", "text"),
    [
        (
            "240118",
            ("BIN1243", "FG", "BP100"),
            "Bin 'BIN1243' not found in warehouse 'FG' for stock code 'BP100'",
        ),
        ("120001", ("FB", "ApBank"), "Duplicate key 'FB' on 'ApBank'"),
        ("990101", ("S1",), "[invented by the sandbox] Supplier 'S1' not found"),
        ("1", (), ""),
        ("x", (), ""),
    ],
)
async def test_error_when_translated_then_the_known_text_or_one_that_says_it_is_ours(
    code: str, parameters: tuple[str, ...], text: str
) -> None:
    given = "".join(f"<Parameter{n}>{p}</Parameter{n}>" for n, p in enumerate(parameters, 1))
    async with open_site() as site:
        asked = f"<ErrorMessage><ErrorCode>{code}</ErrorCode>{given}</ErrorMessage>"
        root = document(await ask(site, "COMQER", asked))
        assert root.tag == "TranslatedErrorMessages"
        details = root.find("MessageDetails")
        assert (details.findtext("TranslatedMessage") or "") == text
        assert [child.tag for child in details][2:] == [
            f"Parameter{n}" for n in range(1, len(parameters) + 1)
        ]


async def test_key_when_edited_then_shown_with_its_presentation_length() -> None:
    rule = keyrules.KeyRule(kind="N", presentation_length=9)
    async with open_site(seeded_ledger(supplier_keys=rule)) as site:
        key = "<Key><Function>T</Function><KeyType>Supplier</KeyType>{}</Key>"
        text = await ask(site, "COMQKY", key.format("<FullValue>000000000000001</FullValue>"))
        assert document(text).findtext("Key/EditedValue") == "000000001"


async def test_supplier_when_numbered_by_syspro_then_the_number_is_in_the_reply() -> None:
    rule = keyrules.SUPPLIERS_AUTOMATIC
    async with open_site(seeded_ledger(supplier_keys=rule)) as site:
        without_key = supplier_xml().replace("<Supplier>V000118</Supplier>", "<Supplier/>")
        for number in ("0000001", "0000002"):
            text = await setup(site, "Add", without_key)
            assert document(text).findtext("item/key/supplier") == number
        assert errors(await setup(site, "Add", supplier_xml())) != []
        assert ("000000000000002",) in site.ledger.tables["ApSupplier"]
        keys = document(await ask(site, "IMPQIK"))
        assert keys.findtext("Suppliers/SupPresentationLength") == "7"
        assert keys.findtext("Suppliers/NextSupplier") == "0000003"


async def test_supplier_when_numeric_and_on_file_then_the_key_is_told_as_it_was_given() -> None:
    ledger = seeded_ledger(supplier_keys=keyrules.KeyRule(kind="N", presentation_length=7))
    async with open_site(ledger) as site:
        xml = supplier_xml().replace("V000118", "0000547")
        assert errors(await setup(site, "Add", xml)) == []
        text = await setup(site, "Add", xml)
        assert errors(text) == ["Duplicate key '0000547' on 'ApSupplier'"]
        assert document(text).findtext("item/supplier/Value") == "0000547"


async def test_supplier_when_deleted_then_gone_unless_it_has_documents() -> None:
    async with open_site() as site:
        await setup(site, "Add", supplier_xml())
        text = await setup(site, "Delete", supplier_xml())
        assert document(text).findtext("item/key/supplier") == "V000118"
        assert ("V000118",) not in site.ledger.tables["ApSupplier"]
        assert errors(await setup(site, "Delete", supplier_xml())) == [
            "Supplier 'V000118' not found"
        ]
        await setup(site, "Add", supplier_xml())
        await posted(site, STOCKED, Supplier="V000118")
        assert len(errors(await setup(site, "Delete", supplier_xml()))) == 1
        assert [write.action for write in site.ledger.writes] == ["Add", "Delete", "Add", "A"]


async def test_orders_when_listed_then_filtered_and_closed_ones_left_out() -> None:
    async with open_site() as site:
        for lines in (STOCKED, NON_STOCKED, STOCKED):
            await posted(site, lines)
        await posted(site, "", OrderActionType="D", PurchaseOrder="000002")

        async def listed(inside: str) -> list[str]:
            root = document(await ask(site, "PORQPO", inside))
            return [item.findtext("PurchaseOrder") or "" for item in root]

        assert await listed("") == ["000001", "000003"]
        cancelled = "<Option><IncludeCancelledOrders>Y</IncludeCancelledOrders></Option>"
        assert await listed(cancelled) == ["000001", "000002", "000003"]
        between = '<PurchaseOrder FilterType="R" FilterValue="000002,000003"/>'
        assert await listed(f"<Filter>{between}</Filter>") == ["000003"]
        other = '<Supplier FilterType="S" FilterValue="G00001"/>'
        assert await listed(f"<Filter>{other}</Filter>") == []


async def test_setup_when_queried_then_the_documented_elements() -> None:
    ledger = seeded_ledger(
        purchasing=PurchasingSetup(keeps_headers_without_lines=True),
        payables=PayablesSetup(tax_method="S"),
    )
    async with open_site(ledger, seats=5) as site:
        root = document(await ask(site, "PORQSO"))
        assert root.findtext("General/RetainPoHdrWithoutLines") == "Y"
        assert root.findtext("Options/RestrictOrdToSingleWh") == "N"
        assert document(await ask(site, "APSQSO")).findtext("ApTaxDistrMethod") == "S"
        companies = document(await ask(site, "COMQCO"))
        assert companies.findtext("Company/CompanyId") == "EDU1"
        assert companies.findtext("SystemInfo/LicensedUsers") == "5"
        assert companies.findtext("SystemInfo/CurrentUsers") == "1"
        users = document(await ask(site, "COMQUS"))
        assert users.findtext("User/ExclusiveFileAccess") == "N"
        assert errors(await posted(site, "")) == []


async def test_seats_when_not_counted_then_the_licence_covers_who_is_logged_on() -> None:
    async with open_site() as site:
        companies = document(await ask(site, "COMQCO"))
        licensed, current = (int(node.text or "") for node in companies.iterfind("SystemInfo/*"))
        assert 0 < current <= licensed


async def test_ledger_code_when_added_and_queried_then_there() -> None:
    xml = (
        "<SetupGlCodes><Item><Key><Company>EDU1</Company><GlCode>7000</GlCode></Key>"
        "<Description>Travel</Description><AccountType>E</AccountType></Item></SetupGlCodes>"
    )
    async with open_site() as site:
        for invalid in ("0", "1"):
            text = await site.text(
                "Setup/Add",
                UserId=await site.logon(),
                BusinessObject="GENSCO",
                XmlParameters="",
                XmlIn=xml,
            )
            root = document(text)
            assert root.tag == "setupglcodes"
            assert root.findtext("item/key/glcode") == "7000"
            assert root.findtext("StatusOfItems/RecordsInvalid") == invalid
        found = document(await ask(site, "GENQRY", "<Key><LedgerCode>7000</LedgerCode></Key>"))
        assert found.findtext("LedgerDetails/Description") == "Travel"
        held = await ask(site, "GENQGL", "<key><LedgerCode>6900</LedgerCode></key>")
        assert held == "ERROR: Ledger code '6900' is on hold"


async def test_key_when_the_next_and_the_previous_are_asked_for_then_in_order() -> None:
    async with open_site() as site:
        token = await site.logon()

        async def neighbour(path: str, key: str) -> str:
            xml = f"<NextPrevious><TableName>InvMaster</TableName><Key>{key}</Key></NextPrevious>"
            return document(await site.text(path, UserId=token, XmlIn=xml)).findtext("Key") or ""

        assert await neighbour("NextKey", "A100") == "B100"
        assert await neighbour("NextKey", "B100") == ""
        assert await neighbour("PreviousKey", "B100") == "A100"
        assert await neighbour("PreviousKey", "A100") == ""


async def test_stock_in_warehouse_when_the_code_is_unknown_then_byte_for_byte_as_recorded() -> None:
    name = "06-setup_add-INVSWS"
    async with open_site() as site:
        given = {
            parameter: sample_parameter(name, parameter)
            for parameter in ("BusinessObject", "XmlIn", "XmlParameters")
        }
        got = await site.get("Setup/Add", UserId=await site.logon(), **given)
        assert got == (200, sample_body(name))


async def test_stock_in_warehouse_when_added_then_stocked_there_once() -> None:
    xml = (
        "<SetupInvWarehouse><Item><Key><StockCode>B100</StockCode><Warehouse>FG</Warehouse></Key>"
        "<UnitCost>2.5</UnitCost></Item></SetupInvWarehouse>"
    )
    async with open_site() as site:
        for found in ([], ["Duplicate key 'B100 FG' on 'InvWarehouse'"]):
            asked = {"BusinessObject": "INVSWS", "XmlParameters": "", "XmlIn": xml}
            text = await site.text("Setup/Add", UserId=await site.logon(), **asked)
            assert errors(text) == found
        assert site.ledger.tables["InvWarehouse"][("B100", "FG")]["UnitCost"] == Decimal("2.5")
