"""Look-ups over COMFND and OData: the same rows, exact literals, pages that cannot slip."""

import json
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from sandbox_syspro_site import open_site, seeded_ledger
from syspro_office import Office, office
from syspro_wire import answer, peer, reset, settings_for, silence

from engine.errors import (
    EngineError,
    Forbidden,
    Malformed,
    Misconfigured,
    NotFound,
    Throttled,
    TimedOut,
    Transient,
    Unauthorized,
)
from engine.sandbox.syspro.ledger import Ledger
from engine.syspro import odata, reader
from engine.syspro.gate import Gate
from engine.syspro.objects.comfnd import Condition
from engine.syspro.odata import ODataLookups
from engine.syspro.outcomes import ErrorLine
from engine.syspro.reader import ComfndLookups, Lookups, SessionQueries
from engine.syspro.transport_http import HttpChannel, Limits

COLUMNS = ["Supplier", "Invoice", "InvoiceDate", "OrigInvValue", "Reference", "Journal"]
LIMITS = Limits(connect_s=0.4, total_s=0.4)


async def odata_password() -> str:
    return "odata"


def ledger_with_invoices(count: int = 6) -> Ledger:
    ledger = seeded_ledger()
    names = ["O'Neil & Søn", "A-1", "A-2", "007", "7", "Z"]
    ledger.load(
        {
            "ApInvoice": [
                {
                    "Supplier": "S00118",
                    "Invoice": names[number] if number < len(names) else f"N{number:06}",
                    "InvoiceDate": date(2026, 11, 1) + timedelta(days=number % 20),
                    "OrigInvValue": Decimal("10.10") * number,
                    "Reference": f"P2{number}",
                    "Journal": number,
                }
                for number in range(count)
            ]
        }
    )
    return ledger


def comfnd_of(desk: Office) -> ComfndLookups:
    return ComfndLookups(SessionQueries(desk.keeper, desk.transport))


WHERES = [
    [],
    [Condition(column="Supplier", value="S00118")],
    [Condition(column="Invoice", value="O'Neil & Søn")],
    [Condition(column="InvoiceDate", comparison="GE", value="2026-11-04")],
    [
        Condition(column="InvoiceDate", comparison="GE", value="2026-11-02"),
        Condition(column="InvoiceDate", comparison="LT", value="2026-11-05"),
    ],
    [Condition(column="Journal", comparison="GT", value="2", is_number=True)],
    [Condition(column="Invoice", comparison="LIKE", value="A-*")],
    [Condition(column="Invoice", comparison="NE", value="Z")],
    [Condition(column="Invoice", value="' or 1 eq 1 or '")],
]


@pytest.mark.parametrize("where", WHERES)
async def test_rows_when_asked_both_ways_then_the_same(where: list[Condition]) -> None:
    async with (
        open_site(ledger_with_invoices()) as site,
        office(site, odata_user="ODATA", odata_password=odata_password) as desk,
        HttpChannel.open(Gate(0), Limits(connect_s=5, total_s=5)) as channel,
    ):
        both: list[Lookups] = [comfnd_of(desk), ODataLookups(desk.transport.settings, channel)]
        found = [
            await lookups.rows("ApInvoice", COLUMNS, where, order_by=["Supplier", "Invoice"])
            for lookups in both
        ]
        limited = [
            await lookups.rows("ApInvoice", COLUMNS, where, order_by=["Invoice"], limit=2)
            for lookups in both
        ]

    assert found[0] == found[1]
    assert limited[0] == limited[1] == sorted(found[0], key=lambda row: row["Invoice"])[:2]


async def test_row_when_read_then_plain_texts() -> None:
    async with open_site(ledger_with_invoices()) as site, office(site) as desk:
        [row] = await comfnd_of(desk).rows(
            "ApInvoice", COLUMNS, [Condition(column="Journal", value="3", is_number=True)]
        )

    assert row == {
        "Supplier": "S00118",
        "Invoice": "007",
        "InvoiceDate": "2026-11-04",
        "OrigInvValue": "30.30",
        "Reference": "P23",
        "Journal": "3",
    }


async def test_comfnd_when_the_key_is_padded_in_the_table_then_found_in_either_form() -> None:
    rows = (
        b"<%s><Row><PurchaseOrder>000547</PurchaseOrder></Row><RowsReturned>1</RowsReturned></%s>"
    )
    none = b"<PorMasterHdr><RowsReturned> 0</RowsReturned></PorMasterHdr>"
    found = rows % (b"PorMasterHdr", b"PorMasterHdr")
    async with (
        peer(answer(b"TOKEN"), answer(none), answer(found)) as site,
        office(site.url) as desk,
    ):
        lookups = comfnd_of(desk)
        [row] = await lookups.by_key("PorMasterHdr", ["PurchaseOrder"], "PurchaseOrder", "000547")

    assert row == {"PurchaseOrder": "000547"}
    assert "%3CValue%3E000547%3C" in site.requests[1].decode()
    assert "%3CValue%3E000000000000547%3C" in site.requests[2].decode()


async def test_comfnd_when_the_key_is_a_word_then_asked_once() -> None:
    async with open_site() as site, office(site) as desk:
        lookups = comfnd_of(desk)
        found = await lookups.by_key("ApSupplier", ["Supplier"], "Supplier", "S00118")
        absent = await lookups.by_key("ApSupplier", ["Supplier"], "Supplier", "S99999")
        ledger = await lookups.ledger_code("6100")
        asked = sum(name == "COMFND" for *_, name, _ in site.seen)
        with pytest.raises(ErrorLine):
            await lookups.ledger_code("9999")
        with pytest.raises(ErrorLine):
            await lookups.order("000001")
        with pytest.raises(ErrorLine):
            await lookups.rows("apsupplier", ["Supplier"])

    assert found == [{"Supplier": "S00118"}]
    assert absent == []
    assert asked == 2
    assert ledger["ControlAccFlag"] == ""


async def test_odata_when_rows_fill_many_pages_then_all_once() -> None:
    async with (
        open_site(ledger_with_invoices(53)) as site,
        office(site, odata_user="ODATA", odata_password=odata_password) as desk,
        HttpChannel.open(Gate(0), Limits(connect_s=5, total_s=5)) as channel,
    ):
        for page_rows in (2, 10, 53, 54):
            lookups = ODataLookups(desk.transport.settings, channel, page_rows=page_rows)
            found = await lookups.rows("ApInvoice", COLUMNS, order_by=["Supplier", "Invoice"])
            assert len(found) == 53
            assert len({row["Invoice"] for row in found}) == 53
            some = await lookups.rows("ApInvoice", COLUMNS, order_by=["Invoice"], limit=20)
            assert len(some) == 20


def page(*numbers: int, more: bool = False) -> bytes:
    body: dict[str, object] = {"value": [{"Supplier": f"S{number}"} for number in numbers]}
    return json.dumps(body | ({"@odata.nextLink": "http://elsewhere/"} if more else {})).encode()


def lookups_of(url: str, channel: HttpChannel, page_rows: int = 3) -> ODataLookups:
    settings = settings_for(
        f"{url}/Rest", odata_url=url, odata_user="reader", odata_password=odata_password
    )
    return ODataLookups(settings, channel, page_rows=page_rows)


async def test_odata_when_asked_then_options_and_credentials_as_documented() -> None:
    async with peer(answer(page(1))) as site, HttpChannel.open(Gate(0), LIMITS) as channel:
        url = f"http://127.0.0.1:{site.port}/SYSPRO8Odata/SYSPROOData/EDU1"
        await lookups_of(url, channel).rows(
            "ApSupplier",
            ["Supplier"],
            [
                Condition(column="SupplierName", value="O'Neil & Søn"),
                Condition(column="DateSuppAdded", comparison="GE", value="2026-11-01"),
            ],
            order_by=["Supplier"],
        )

    request = site.requests[0].decode()
    target = urlsplit(request.split(" ")[1])
    assert target.path == "/SYSPRO8Odata/SYSPROOData/EDU1/ApSupplier"
    assert parse_qs(target.query) == {
        "$select": ["Supplier"],
        "$filter": ["SupplierName eq 'O''Neil & Søn' and DateSuppAdded ge 2026-11-01T00:00:00Z"],
        "$orderby": ["Supplier"],
        "$top": ["3"],
        "$skip": ["0"],
    }
    assert "Authorization: Basic cmVhZGVyOm9kYXRh\r\n" in request


async def test_odata_when_rows_move_between_pages_then_the_walk_begins_again() -> None:
    moved = [page(1, 2, 3), page(4, 5)]
    settled = [page(2, 3, 4), page(4, 5)]
    async with (
        peer(*(answer(body) for body in (*moved, *settled))) as site,
        HttpChannel.open(Gate(0), LIMITS) as channel,
    ):
        found = await lookups_of(f"http://127.0.0.1:{site.port}", channel).rows(
            "ApSupplier", ["Supplier"], order_by=["Supplier"]
        )

    assert [row["Supplier"] for row in found] == ["S2", "S3", "S4", "S5"]
    assert len(site.requests) == 4


async def test_odata_when_rows_never_rest_then_transient() -> None:
    async with (
        peer(*(answer(body) for body in (page(1, 2, 3), page(4)) * 3)) as site,
        HttpChannel.open(Gate(0), LIMITS) as channel,
    ):
        with pytest.raises(Transient, match="rows moved"):
            await lookups_of(f"http://127.0.0.1:{site.port}", channel).rows(
                "ApSupplier", ["Supplier"], order_by=["Supplier"]
            )


async def test_odata_when_the_service_gives_less_than_asked_then_read_on_here() -> None:
    async with (
        peer(answer(page(1, 2, more=True)), answer(page(2, 3))) as site,
        HttpChannel.open(Gate(0), LIMITS) as channel,
    ):
        found = await lookups_of(f"http://127.0.0.1:{site.port}", channel).rows(
            "ApSupplier", ["Supplier"], order_by=["Supplier"]
        )

    assert [row["Supplier"] for row in found] == ["S1", "S2", "S3"]


@pytest.mark.parametrize(
    ("script", "kind", "said"),
    [
        (answer(b"", 401), Unauthorized, "odata_password"),
        (answer(b"", 403), Forbidden, "may not read"),
        (answer(b"", 404), NotFound, "odata_url"),
        (answer(b"", 400), Malformed, "does not take"),
        (answer(b"", 302, Location="http://elsewhere/"), Misconfigured, "redirects"),
        (answer(b"", 429, Retry_After="9"), Throttled, "429"),
        (answer(b"", 500), Transient, "500"),
        (answer(b"<html>"), Malformed, "JSON"),
        (answer(b'{"value": [{"Supplier": NaN}]}'), Malformed, "JSON"),
        (answer(b'{"value": {}}'), Malformed, "array"),
        (answer(b"[]"), Malformed, "array"),
        (answer(b'{"value": [1]}'), Malformed, "no object"),
        (answer(b'{"value": [{"supplier": "S1"}]}'), Malformed, "without Supplier"),
        (answer(b'{"value": [{"Supplier": []}]}'), Malformed, "cell"),
        (reset, Transient, "broke the connection"),
        (silence, TimedOut, "in time"),
    ],
)
async def test_odata_when_it_goes_wrong_then_named_for_what_to_do(
    script: object, kind: type[EngineError], said: str
) -> None:
    async with peer(script) as site, HttpChannel.open(Gate(0), LIMITS) as channel:
        with pytest.raises(kind, match=said) as caught:
            await lookups_of(f"http://127.0.0.1:{site.port}", channel).rows(
                "ApSupplier", ["Supplier"]
            )

    assert type(caught.value) is kind
    assert len(site.requests) == 1


async def test_odata_when_numbers_are_long_then_every_digit_is_kept() -> None:
    body = b'{"value": [{"OrigInvValue": 12345678901234567.89, "X": null, "Y": true, "Z": 7}]}'
    async with peer(answer(body)) as site, HttpChannel.open(Gate(0), LIMITS) as channel:
        [row] = await lookups_of(f"http://127.0.0.1:{site.port}", channel).rows(
            "ApInvoice", ["OrigInvValue", "X", "Y", "Z"]
        )

    assert row == {"OrigInvValue": "12345678901234567.89", "X": "", "Y": "Y", "Z": "7"}


@pytest.mark.parametrize(
    "condition",
    [
        Condition(column="InvoiceDate", value="yesterday"),
        Condition(column="Journal", value="1 or 1 eq 1", is_number=True),
        Condition(column="Invoice", comparison="LIKE", value="*x*"),
        Condition(column="Invoice eq 1 or X", value="x"),
    ],
)
async def test_odata_when_the_condition_cannot_be_said_then_refused(condition: Condition) -> None:
    async with HttpChannel.open(Gate(0), LIMITS) as channel:
        with pytest.raises(Malformed):
            await lookups_of("http://127.0.0.1:9", channel).rows("ApInvoice", ["X"], [condition])


async def test_odata_when_there_is_no_address_then_misconfigured() -> None:
    async with HttpChannel.open(Gate(0), LIMITS) as channel:
        with pytest.raises(Misconfigured, match="no odata_url"):
            ODataLookups(settings_for("http://127.0.0.1:9/Rest"), channel)


async def test_reply_when_large_then_read_beside_the_loop_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reader, "LARGE", 1)
    monkeypatch.setattr(odata, "LARGE", 1)
    async with (
        open_site(ledger_with_invoices()) as site,
        office(site, odata_user="ODATA", odata_password=odata_password) as desk,
        HttpChannel.open(Gate(0), Limits(connect_s=5, total_s=5)) as channel,
    ):
        both: list[Lookups] = [comfnd_of(desk), ODataLookups(desk.transport.settings, channel)]
        found = [
            await lookups.rows("ApInvoice", COLUMNS, order_by=["Supplier", "Invoice"])
            for lookups in both
        ]

    assert found[0] == found[1]
    assert len(found[0]) == 6
