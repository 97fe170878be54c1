"""Custom forms in the sandbox's SYSPRO: set by COMSFM and COMTFM, shown by PORQRY and COMFND."""

import re

import pytest
from sandbox_syspro_site import Site, document, errors, open_site, sample_body, seeded_ledger
from test_sandbox_syspro_orders import STOCKED, posted

CONTROLS = [
    {
        "FormType": "POR",
        "SequenceNumber": 1,
        "FieldName": "XXXXXX",
        "FieldDescription": "Temporary PO",
        "FieldType": "A",
        "FieldLength": 1,
        "AllowNull": 1,
        "ColumnName": "TemporaryPo",
    },
    {
        "FormType": "POR",
        "SequenceNumber": 2,
        "FieldName": "XXX001",
        "FieldDescription": "Buyer Order Number",
        "FieldType": "A",
        "FieldLength": 15,
        "AllowNull": 1,
        "ColumnName": "BuyerOrderNumber",
    },
    {
        "FormType": "POR",
        "SequenceNumber": 3,
        "FieldName": "SHIP01",
        "FieldDescription": "Ship",
        "FieldType": "A",
        "FieldLength": 25,
        "TableName": "PorMasterHdr+",
        "ColumnName": "Ship",
    },
]


async def set_field(site: Site, name: str, value: str, key: str = "000001", **flags: str) -> str:
    texts = "".join(f"<{flag}>{text}</{flag}>" for flag, text in flags.items())
    return await site.text(
        "Setup/Add",
        UserId=await site.logon(),
        BusinessObject="COMSFM",
        XmlParameters=f"<SetupCustomForm><Parameters>{texts}</Parameters></SetupCustomForm>",
        XmlIn=(
            "<SetupCustomForm><Item><Key><FormType>POR</FormType>"
            f"<KeyField>{key}</KeyField><FieldName>{name}</FieldName></Key>"
            f"<AlphaValue>{value}</AlphaValue></Item></SetupCustomForm>"
        ),
    )


async def test_field_when_set_then_answered_in_lower_case_and_kept_only_without_trial() -> None:
    ledger = seeded_ledger()
    ledger.load({"AdmFormControl": CONTROLS})
    async with open_site(ledger) as site:
        await posted(site, STOCKED)
        text = await set_field(site, "Ship", "Truck")
        assert text.splitlines()[2:] == [
            "<item>",
            "<key>",
            "<formtype>POR</formtype>",
            "<keyfield>000001</keyfield>",
            "<fieldname>Ship</fieldname>",
            "</key>",
            "</item>",
            "<StatusOfItems>",
            "<RecordsRead>1</RecordsRead>",
            "<RecordsInvalid>0</RecordsInvalid>",
            "</StatusOfItems>",
            "</setupcustomform>",
            " ",
        ]
        assert not ledger.tables["AdmFormData"]
        assert errors(await set_field(site, "Ship", "Truck", ValidateOnly="N")) == []
        find = (
            "<Query><TableName>PorMasterHdr+</TableName><Columns><Column>Ship</Column></Columns>"
            "<Where><Expression><Column>PurchaseOrder</Column><Condition>EQ</Condition>"
            "<Value>000001</Value></Expression></Where></Query>"
        )
        root = await site.query(await site.logon(), "COMFND", find)
        assert (root.tag, root.findtext("Row/Ship")) == ("PorMasterHdr_", "Truck")
        assert errors(await set_field(site, "None", "x")) == [
            "Field 'None' not found on custom form 'POR'"
        ]
        assert errors(await set_field(site, "Ship", "x", key="77")) == [
            "Key '77' not found for form 'POR'"
        ]


async def test_order_query_when_forms_are_asked_for_then_the_recorded_block() -> None:
    ledger = seeded_ledger()
    ledger.load({"AdmFormControl": CONTROLS[:2]})
    async with open_site(ledger) as site:
        await posted(site, STOCKED)
        await set_field(site, "XXX001", "1", ValidateOnly="N")
        xml = (
            "<Query><Key><PurchaseOrder>1</PurchaseOrder></Key><Option>"
            "<IncludeCustomForms>Y</IncludeCustomForms></Option></Query>"
        )
        asked = {"UserId": await site.logon(), "BusinessObject": "PORQRY", "XmlIn": xml}
        _, body = await site.get("Query/Query", **asked)
        block = re.compile(rb"<CustomForm>.*</CustomForm>\n", re.S)
        recorded = block.search(sample_body("09-query_query-PORQRY"))
        found = block.search(body)
        assert recorded is not None
        assert found is not None
        assert found[0] == recorded[0]


@pytest.mark.parametrize(("name", "bad"), [("Ship", 0), ("Nothing", 1)])
async def test_fields_when_posted_together_then_kept_or_refused(name: str, bad: int) -> None:
    ledger = seeded_ledger()
    ledger.load({"AdmFormControl": CONTROLS})
    async with open_site(ledger) as site:
        await posted(site, STOCKED)
        xml = (
            "<PostCustomForm><Item><Key><FormType>POR</FormType><KeyField>1</KeyField></Key>"
            f"<Fields><{name}>Van</{name}></Fields></Item></PostCustomForm>"
        )
        root = document(await site.post(await site.logon(), "COMTFM", xml))
        assert root.tag == "PostCustomForm"
        assert root.findtext("StatusOfItems/ItemsInvalid") == f"{bad:06}"
        assert bool(ledger.tables["PorMasterHdr+"]) is (bad == 0)
