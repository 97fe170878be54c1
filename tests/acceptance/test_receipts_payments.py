"""Goods received and bills paid on one side are so on the other: once, whatever happens between."""

from decimal import Decimal

from engine_site import Site, assert_right, opened
from site_config import Edit, Tree, impatient
from site_people import apply, document, lost, stands
from verb_site import quick

from engine.core.events import Event
from engine.core.keys import comparable_key


def policy(**settings: object) -> Edit:
    """The company's policy says so too, and what Procurify received is read often."""

    def edit(tree: Tree) -> None:
        impatient(tree)
        tree["tenants"][0]["companies"][0]["policy"].update(settings)
        tree["tenants"][0]["procurify"]["schedule"].update(order_items=0.3, receipts=0.3)

    return edit


async def lines(site: Site, number: str) -> dict[str, Tree]:
    """Procurify's lines of an order, by the item's name."""
    orders = (await site.state("purchase_orders"))["procurify"]["purchase_orders"]
    order = next(row for row in orders if row["number"] == number)
    return {line["name"]: line for line in order["lines"]}


async def books(site: Site, number: str) -> tuple[str, dict[str, Tree]]:
    """SYSPRO's number of an order of Procurify, and its lines by the item's name."""
    items = {f"PI-{line['id']}": name for name, line in (await lines(site, number)).items()}
    rows = (await site.state("PorMasterDetail"))["syspro"]["PorMasterDetail"]
    found = [row for row in rows if row["MSupCatalogue"] in items]
    return found[0]["PurchaseOrder"], {items[row["MSupCatalogue"]]: row for row in found}


async def is_quiet(site: Site) -> None:
    """After everything was read again, nothing more was to be written."""
    before = len(await site.events("PostIntended"))
    polls = len(await site.events("PollFinished"))

    async def is_read() -> bool:
        return len(await site.events("PollFinished")) > polls + 20

    await site.until(is_read, 30)
    assert len(await site.events("PostIntended")) == before


NUMBER = "PO-GOODS"
ORDER = {
    "do": "new_order",
    "number": NUMBER,
    "lines": [
        {"name": "Lamps", "quantity": 10, "price": "12.50", "account": "6300"},
        {"name": "Cables", "quantity": 4, "price": "3.00", "account": "6300"},
    ],
}


async def ordered(site: Site) -> str:
    """The order is in SYSPRO; its number there."""
    await site.engine()
    await site.settled()
    await apply(site, ORDER)

    async def is_there() -> bool:
        rows = (await site.state("PorMasterDetail"))["syspro"]["PorMasterDetail"]
        found = {row["MSupCatalogue"] for row in rows}
        return {f"PI-{line['id']}" for line in (await lines(site, NUMBER)).values()} <= found

    await site.until(is_there)
    await site.settled()
    return (await books(site, NUMBER))[0]


async def test_goods_when_received_in_syspro_then_once_in_procurify_whatever_is_lost() -> None:
    async with opened(documents=6, edit=policy(report_receipts=True)) as site:
        number = await ordered(site)
        items = {name: line["id"] for name, line in (await lines(site, NUMBER)).items()}

        async def came(name: str, quantity: str) -> None:
            line = (await books(site, NUMBER))[1][name]["Line"]
            goods = {"purchase_order": number, "line": int(line), "quantity": quantity}
            await apply(site, {"do": "receive_goods", **goods})

        async def shows(name: str, quantity: str) -> None:
            async def does() -> bool:
                told = (await lines(site, NUMBER))[name]["received"]
                row = await document(site, f"receipt_report:acme/{items[name]}")
                return Decimal(told) == Decimal(quantity) and row.get("state") == "in_procurify"

            await site.until(does, 40)

        await lost(site, "procurify.write", "/api/v3/receipt/items/")
        await came("Lamps", "4")
        await shows("Lamps", "4")
        assert [event.body and event.body["outcome"] for event in await resolved(site)] == [
            "committed"
        ]
        await came("Lamps", "6")
        await came("Cables", "2.5")
        await shows("Lamps", "10")
        await shows("Cables", "2.5")
        await is_quiet(site)
        receipts = (await site.state("receipts"))["procurify"]["receipts"]
        found = [(row["item"], Decimal(row["passed"])) for row in receipts]
        wanted = [(items["Lamps"], 4), (items["Lamps"], 6), (items["Cables"], Decimal("2.5"))]
        assert sorted(one for one in found if one[0] in items.values()) == sorted(wanted)
        await replaced(site)
        await ended(site, number)
        assert_right(await site.oracle(), await site.status())
        key = f"receipt_report:acme/{items['Lamps']}"
        told = await quick("audit", key, f"--config={site.config}")
        assert "about to report the goods received in Procurify by POST receipt/items" in told.out
        assert "written to Procurify" in told.out


async def replaced(site: Site) -> None:
    """An order whose vendor is merged into another is cancelled, and one of the other is there."""
    names = ["Moving Lamps Ltd", "Staying Lamps Ltd"]
    made = await apply(site, *({"do": "new_vendor", "name": name} for name in names))
    moved = {**ORDER, "number": "PO-MOVED", "vendor": names[0]}
    (order,) = await apply(site, moved)
    key = f"purchase_order:acme/{order['order']}"
    await stands(site, key, "in_syspro")
    before = (await document(site, key))["syspro_key"]
    await apply(site, {"do": "merge_vendors", "vendor": names[0], "into": names[1]})

    async def is_replaced() -> bool:
        row = await document(site, key)
        return row.get("state") == "in_syspro" and row.get("syspro_key") != before

    await site.until(is_replaced, 60)
    after = (await document(site, key))["syspro_key"]
    headers = {
        comparable_key(row["PurchaseOrder"]): row
        for row in (await site.state("PorMasterHdr"))["syspro"]["PorMasterHdr"]
    }
    old, new = (headers[comparable_key(str(number))] for number in (before, after))
    assert (old["OrderStatus"], new["Supplier"]) == ("*", made[1]["supplier"])


async def ended(site: Site, number: str) -> None:
    """The order is closed in Procurify: what is outstanding of it is complete in SYSPRO."""
    orders = (await site.state("purchase_orders"))["procurify"]["purchase_orders"]
    identity = next(row["id"] for row in orders if row["number"] == NUMBER)
    await apply(site, {"do": "close_order", "order": NUMBER})
    await stands(site, f"purchase_order:acme/{identity}", "completed_in_syspro")
    rows = (await books(site, NUMBER))[1]
    found = {name: (Decimal(row["MOrderQty"]), row["MCompleteFlag"]) for name, row in rows.items()}
    assert found == {"Lamps": (10, "Y"), "Cables": (Decimal("2.5"), "Y")}


async def test_goods_when_received_in_procurify_then_once_in_syspro_whatever_is_lost() -> None:
    async with opened(documents=6, edit=policy(receipt_owner="procurify")) as site:
        number = await ordered(site)
        items = {name: line["id"] for name, line in (await lines(site, NUMBER)).items()}
        await lost(site, "syspro.post", "PORTOR")
        first = {"do": "receive_item", "item": items["Lamps"], "quantity": "4"}
        (made,) = await apply(site, first)
        await stands(site, f"receipt:acme/{made['receipt']}", "in_syspro")
        (second,) = await apply(site, {**first, "quantity": "6"})

        async def is_intended() -> bool:
            return len(await intended(site, "receipt_add")) == 2

        await site.until(is_intended)
        await site.engines[-1].kill()
        await apply(site, {"do": "receive_item", "item": items["Cables"], "quantity": "4"})
        assert (await order_state(site)) == 3
        await site.engine("second")
        await stands(site, f"receipt:acme/{second['receipt']}", "in_syspro")
        order = (await site.state("purchase_orders"))["procurify"]["purchase_orders"]
        identity = next(row["id"] for row in order if row["number"] == NUMBER)
        await stands(site, f"purchase_order:acme/{identity}", "completed_in_syspro")
        await is_quiet(site)
        rows = (await books(site, NUMBER))[1]
        assert {name: Decimal(row["MReceivedQty"]) for name, row in rows.items()} == {
            "Lamps": 10,
            "Cables": 4,
        }
        grns = (await site.state("GrnDetails"))["syspro"]["GrnDetails"]
        ours = [row for row in grns if row["PurchaseOrder"] == number]
        assert sorted(Decimal(row["QtyReceived"]) for row in ours) == [4, 4, 6]
        assert len({row["DeliveryNote"] for row in ours}) == 3
        await apply(site, {"do": "undo_receipt", "receipt": made["receipt"]})
        await stands(site, f"receipt:acme/{made['receipt']}", "held", "RECEIPT_UNDONE")


async def test_invoice_when_paid_in_syspro_then_once_in_procurify_and_never_unpaid() -> None:
    async with opened(documents=6, edit=policy(report_payments=True)) as site:
        await site.engine()
        await site.settled()
        await apply(site, {"do": "new_bill", "invoice_number": "INV-PAID"})
        bill = await billed(site)
        await site.settled()
        key = f"payment:acme/{bill['uuid']}"
        await stands(site, key, "not_due", "")
        invoices = (await site.state("ApInvoice"))["syspro"]["ApInvoice"]
        row = next(one for one in invoices if one["Invoice"] == "INV-PAID")
        pay = {"do": "pay_invoice", "supplier": row["Supplier"], "invoice": "INV-PAID"}
        await apply(site, {**pay, "amount": "0.01"})
        await stands(site, key, "partly_paid", "")
        await lost(site, "procurify.write", "/api/v3/ap/bills/mark-as-paid/")
        (paid,) = await apply(site, pay)
        await stands(site, key, "in_procurify", "")
        await site.settled()
        await is_quiet(site)
        assert (await billed(site))["status"] == 4
        payments = (await site.state("payments"))["procurify"]["payments"]
        assert len([one for one in payments if bill["uuid"] in one["bills"]]) == 1
        await apply(site, {**pay, "do": "void_payment", "payment": paid["payment"]})
        await stands(site, key, "held", "PAYMENT_VOIDED")
        assert len(await intended(site, "bills_paid")) == 1


async def intended(site: Site, type_: str) -> list[Event]:
    """The intents of commands of that type."""
    found = await site.events("PostIntended")
    return [event for event in found if event.body and event.body["type"] == type_]


async def resolved(site: Site) -> list[Event]:
    """How doubts ended."""
    return await site.events("DoubtResolved")


async def order_state(site: Site) -> int:
    """The state of the order in Procurify."""
    orders = (await site.state("purchase_orders"))["procurify"]["purchase_orders"]
    return next(int(row["state"]) for row in orders if row["number"] == NUMBER)


async def billed(site: Site) -> Tree:
    """The bill as Procurify has it."""
    bills = (await site.state("bills"))["procurify"]["bills"]
    return dict(next(row for row in bills if row["invoice_number"] == "INV-PAID"))
