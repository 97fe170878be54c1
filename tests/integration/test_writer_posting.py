"""A lane posts each command once, in order, and says what came of it."""

import asyncio
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from lane_site import TENANT, LaneSite, lane_site

from engine.core.commands import (
    InvoiceAdd,
    LedgerLine,
    OrderLine,
    PurchaseOrderAdd,
    PurchaseOrderCancel,
    PurchaseOrderChange,
    SupplierAdd,
)
from engine.core.keys import DocumentKey, external_key
from engine.core.reasons import REASONS
from engine.db import Database
from engine.errors import Fenced
from engine.leases import Leases

SUPPLIER = SupplierAdd(
    supplier="V000200",
    name="Müller & Søn <Ltd>",
    short_name="MULLER",
    branch="10",
    terms_code="30",
    currency="USD",
)
LINE = OrderLine(
    item_id="9001",
    action="A",
    stock_code="A100",
    description="Bolt",
    is_stocked=True,
    warehouse="FG",
    quantity=Decimal("10"),
    unit="EA",
    price=Decimal("1.25"),
)


def order(source_id: str = "1042", **changes: object) -> PurchaseOrderAdd:
    document = DocumentKey(source="acme", kind="purchase_order", id=source_id)
    return replace(
        PurchaseOrderAdd(
            supplier="S00118",
            external_key=external_key(TENANT, document),
            currency="USD",
            order_on=date(2026, 11, 16),
            due_on=date(2026, 11, 30),
            lines=(LINE,),
        ),
        **changes,
    )


def invoice(source_id: str = "b" * 32, **changes: object) -> InvoiceAdd:
    document = DocumentKey(source="acme", kind="bill", id=source_id)
    return replace(
        InvoiceAdd(
            supplier="S00118",
            invoice="INV-1",
            external_key=external_key(TENANT, document),
            value=Decimal("100.00"),
            currency="USD",
            invoice_on=date(2026, 11, 10),
            posting_period="C",
            distribution=(LedgerLine(ledger_code="6100", value=Decimal("100.00")),),
        ),
        **changes,
    )


def orders_in(site: LaneSite) -> list[str]:
    return [str(row["CustomerPoNumber"]) for row in site.ledger.tables["PorMasterHdr"].values()]


async def until_idle(site: LaneSite) -> None:
    stop = asyncio.Event()
    async with asyncio.timeout(20):
        while await site.lane.turn(stop):
            pass


async def test_lane_when_three_kinds_are_owed_then_posted_by_stage_and_read_back(
    database: Database,
) -> None:
    async with lane_site(database) as site:
        keys = [site.plan(invoice(), "b" * 32), site.plan(order()), site.plan(SUPPLIER, "200")]
        await until_idle(site)
        assert [await site.story(key) for key in keys] == [
            ["PostIntended", "PostAccepted", "PostVerified"]
        ] * 3
        assert [write.kind for write in site.ledger.writes] == [
            "supplier",
            "order",
            "invoice",
        ]
        row = await site.row(keys[1])
        assert (row["state"], row["is_equal"]) == ("verified", True)
        assert row["lines"] == [{"item_id": "9001", "line": 1}]
        assert [kind for _, kind in site.told.answers] == ["accepted"] * 3


async def test_post_when_intended_then_the_event_is_whole_before_the_first_byte(
    database: Database,
) -> None:
    async with lane_site(database) as site:
        key = site.plan(order())
        await until_idle(site)
        intended = (await site.log.read_stream(TENANT, f"command/{key}"))[0]
        assert intended.body is not None
        assert "<CustomerPoNumber>P2" in str(intended.body["xml_in"])
        assert "<ValidateOnly>N</ValidateOnly>" in str(intended.body["xml_parameters"])
        assert intended.body["attempt"] == 1
        assert "procsync" not in str(intended.body)


LOCKED = ("ApSupplier", "S00118")


async def test_post_s17_when_locked_for_three_tries_then_put_off_and_posted_once(
    database: Database,
) -> None:
    async with lane_site(database) as site:
        site.ledger.lock(LOCKED[0], (LOCKED[1],), 3)
        key = site.plan(order())
        await until_idle(site)
        put_off = ["PostIntended", "PostDeferred"] * 3
        assert await site.story(key) == [*put_off, "PostIntended", "PostAccepted", "PostVerified"]
        events = await site.log.read_stream(TENANT, f"command/{key}")
        said = [event.body or {} for event in events if event.type == "PostDeferred"]
        assert {body["cause"] for body in said} == {"locked"}
        assert all("S00118" in str(body["text"]) for body in said)
        assert len(orders_in(site)) == 1


async def test_post_s17_when_locked_for_longer_than_borne_then_a_person_is_asked(
    database: Database,
) -> None:
    """Each command has its own patience, and nobody's circuit opens for it."""
    async with lane_site(database, lock_tries=2) as site:
        site.ledger.lock(LOCKED[0], (LOCKED[1],))
        keys = [site.plan(order(f"{number}"), f"{number}") for number in range(3)]
        going = site.plan(SUPPLIER, "200")
        await until_idle(site)
        put_off = ["PostIntended", "PostDeferred"] * 2
        for key in keys:
            assert await site.story(key) == [*put_off, "PostIntended", "PostRejected"]
            row = await site.row(key)
            assert (row["state"], row["reason"]) == ("rejected", "LOCKED_IN_SYSPRO")
        assert REASONS["LOCKED_IN_SYSPRO"].action.startswith("Find out who has it open")
        assert (await site.row(going))["state"] == "verified"
        assert site.desk.circuits.text == "" and orders_in(site) == []


async def test_post_s17_when_more_than_a_lock_stands_against_it_then_refused_at_once(
    database: Database,
) -> None:
    async with lane_site(database) as site:
        site.ledger.lock(LOCKED[0], (LOCKED[1],))
        key = site.plan(order(currency="XXX", lines=(replace(LINE, stock_code="NONE"),)))
        await until_idle(site)
        assert await site.story(key) == ["PostIntended", "PostRejected"]
        row = await site.row(key)
        assert row["reason"] == "SYSPRO_REFUSED" and "another operator" in str(row["text"])


async def test_post_s18_when_syspro_refuses_then_rejected_once_with_its_words(
    database: Database,
) -> None:
    async with lane_site(database) as site:
        key = site.plan(order(supplier="NOBODY"))
        await until_idle(site)
        assert await site.story(key) == ["PostIntended", "PostRejected"]
        row = await site.row(key)
        assert row["reason"] == "SYSPRO_REFUSED"
        assert "NOBODY" in str(row["text"])
        assert orders_in(site) == []


async def test_post_when_it_cannot_be_rendered_then_rejected_and_nothing_is_sent(
    database: Database,
) -> None:
    async with lane_site(database) as site:
        key = site.plan(order(lines=(replace(LINE, price=Decimal("1.1234567")),)))
        await until_idle(site)
        assert await site.story(key) == ["PostRejected"]
        assert (await site.row(key))["reason"] == "DOES_NOT_FIT"
        assert site.ledger.writes == []


async def test_post_when_the_document_moved_on_p24_p26_then_nothing_is_intended(
    database: Database,
) -> None:
    bases = {"procurify/acme/purchase_order/1042": 1}
    async with lane_site(database, bases=bases) as site:
        await site.seen()
        await site.seen()
        key = site.plan(order())
        await until_idle(site)
        assert await site.story(key) == []
        assert orders_in(site) == []


async def test_lane_when_an_answer_plans_the_next_command_otherwise_then_it_is_not_sent(
    database: Database,
) -> None:
    async with lane_site(database) as site:
        keys = [site.plan(order(), "1042"), site.plan(order(), "1043")]

        def answered(command_type: str, kind: str, seconds: float) -> None:
            site.owed.planned[keys[1]] = {**site.owed.planned[keys[1]], "state": "superseded"}

        site.told.answered = answered
        await until_idle(site)
        assert await site.story(keys[0]) != []
        assert await site.story(keys[1]) == []


async def test_lane_when_its_lease_has_a_new_owner_then_it_posts_nothing(
    database: Database,
) -> None:
    async with lane_site(database) as site:
        key = site.plan(order())
        await database.execute("UPDATE leases SET expires_at = '-infinity'")
        assert await Leases(database, site.clock, "other", 600).acquire(TENANT, "lane:PROCSYNC")
        with pytest.raises(Fenced):
            await until_idle(site)
        assert await site.story(key) == []
        assert orders_in(site) == []


async def accepted_order(site: LaneSite) -> str:
    key = site.plan(order())
    await until_idle(site)
    return str((await site.row(key))["syspro_key"])


async def test_change_when_nothing_was_received_then_only_its_lines_move(
    database: Database,
) -> None:
    async with lane_site(database) as site:
        number = await accepted_order(site)
        change = PurchaseOrderChange(
            purchase_order=number,
            supplier="S00118",
            external_key="K",
            lines=(
                replace(LINE, action="C", line=1, quantity=Decimal("12")),
                replace(LINE, item_id="9002", price=Decimal("2.5")),
            ),
        )
        key = site.plan(change)
        await until_idle(site)
        assert (await site.story(key))[-1] == "PostVerified"
        lines = site.ledger.order(number).lines
        assert [(line["MSupCatalogue"], line["MOrderQty"]) for line in lines] == [
            ("PI-9001", Decimal(12)),
            ("PI-9002", Decimal(10)),
        ]


async def test_cancel_when_goods_came_meanwhile_then_looked_up_and_not_sent(
    database: Database,
) -> None:
    async with lane_site(database) as site:
        number = await accepted_order(site)
        site.ledger.receive(number, 1, Decimal("4"), date(2026, 11, 16))
        cancel = PurchaseOrderCancel(purchase_order=number, supplier="S00118", external_key="K")
        key = site.plan(cancel)
        stop = asyncio.Event()
        await site.lane.turn(stop)
        assert await site.story(key) == ["LookupAnswered"]
        row = await site.row(key)
        assert (row["state"], row["reason"]) == ("deferred", "CHANGED_IN_SYSPRO")
        assert site.ledger.order(number).header["OrderStatus"] != "*"


async def test_cancel_when_nothing_was_received_then_the_order_is_cancelled(
    database: Database,
) -> None:
    async with lane_site(database) as site:
        number = await accepted_order(site)
        cancel = PurchaseOrderCancel(purchase_order=number, supplier="S00118", external_key="K")
        key = site.plan(cancel)
        await until_idle(site)
        assert (await site.story(key))[-1] == "PostVerified"
        assert site.ledger.order(number).header["OrderStatus"] == "*"
