"""Queries to documents: COMFND as real clients send it, and the look-ups by one key."""

import pytest
from lxml import etree

from engine.errors import Malformed
from engine.syspro.objects import comfnd, comlgn, genqgl, porqry
from engine.syspro.objects.comfnd import Condition

HEAD = '<?xml version="1.0" encoding="Windows-1252"?>\n'
K = "P2ABCDEFGHJKMNPQ7"


def test_lookup_when_rendered_then_as_recorded_clients_send_it() -> None:
    asked = comfnd.render(
        "PorMasterHdr",
        ["PurchaseOrder", "Supplier"],
        where=[
            Condition(column="CustomerPoNumber", value=K),
            Condition(column="OrderEntryDate", comparison="GE", value="2026-11-01"),
        ],
        order_by=["PurchaseOrder"],
        limit=5,
    )

    assert asked == HEAD + (
        "<Query><TableName>PorMasterHdr</TableName><ReturnRows>5</ReturnRows>"
        "<AllColumns>N</AllColumns><Columns><Column>PurchaseOrder</Column>"
        "<Column>Supplier</Column></Columns><Where><Expression><OpenBracket>(</OpenBracket>"
        f"<Column>CustomerPoNumber</Column><Condition>EQ</Condition><Value>{K}</Value>"
        "<CloseBracket>)</CloseBracket></Expression><Expression><AndOr>And</AndOr>"
        "<OpenBracket>(</OpenBracket><Column>OrderEntryDate</Column><Condition>GE</Condition>"
        "<Value>2026-11-01</Value><CloseBracket>)</CloseBracket></Expression></Where>"
        "<OrderBy><Column>PurchaseOrder</Column></OrderBy></Query>"
    )


@pytest.mark.parametrize("name", ["", "Por Master", "Por';--", "x" + "\n", "1Table", "a.b"])
def test_lookup_x04_when_a_name_is_no_name_then_refused(name: str) -> None:
    with pytest.raises(Malformed):
        comfnd.render(name, ["A"])
    with pytest.raises(Malformed):
        comfnd.render("A", [name])


def test_lookup_when_it_asks_nothing_or_too_much_then_refused() -> None:
    with pytest.raises(Malformed, match="a column"):
        comfnd.render("ApSupplier", [])
    with pytest.raises(Malformed, match="60 conditions"):
        comfnd.render("ApSupplier", ["A"], where=[Condition(column="A", value="x")] * 61)


def test_queries_when_rendered_then_wellformed_and_about_the_key() -> None:
    order = etree.fromstring(porqry.render("000547").encode("cp1252"))
    ledger = etree.fromstring(genqgl.render("6100", "EDU1").encode("cp1252"))
    logon = etree.fromstring(comlgn.render(fail_when_logged_in=True).encode("cp1252"))

    assert order.findtext("Key/PurchaseOrder") == "000547"
    assert order.findtext("Option/IncludeNonStockedLines") == "Y"
    assert ledger.findtext("key/LedgerCode") == "6100"
    assert logon.findtext("FailWhenAlreadyLoggedIn") == "Y"
