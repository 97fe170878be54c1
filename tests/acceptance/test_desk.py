"""A clerk's and a buyer's day: look before it is sent, approve, and compare in shadow mode."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

import pytest
from engine_site import Site, opened
from site_config import Tree
from site_people import apply, document, stands
from verb_site import Said, quick

from engine.cli.exits import Exit
from engine.core.canonical import JsonObject

Ask = Callable[..., Awaitable[Said]]
ORDER = {
    "do": "new_order", "number": "PO-DESK", "vendor": "Desk Lamps Ltd", "currency": "CAD",
    "lines": [{"name": "Repairs", "quantity": 4, "price": "25.00", "account": "6300"}],
}  # fmt: skip


def modes(tree: Tree) -> None:
    """Orders wait for their approval, bills are in shadow."""
    policy = tree["tenants"][0]["companies"][0]["policy"]
    policy.update(mode_purchase_order="approve", mode_bill="shadow")


@pytest.fixture(scope="module")
async def site() -> AsyncIterator[Site]:
    """One running engine; nothing is bought yet."""
    async with opened(documents=0, edit=modes) as found:
        await found.engine()
        yield found


@pytest.fixture(scope="module")
async def ask(site: Site) -> Ask:
    """Runs a verb on the site's configuration."""

    async def asked(name: str, *words: str) -> Said:
        return await quick(name, *words, f"--config={site.config}")

    return asked


def would_be(row: JsonObject) -> JsonObject:
    """The command that shadow mode keeps instead of sending it."""
    shadow = row["shadow"]
    assert isinstance(shadow, Mapping)
    payload = shadow["payload"]
    assert isinstance(payload, Mapping)
    return payload


async def bought(site: Site) -> str:
    """A vendor with an order that waits for its approval; the order's key."""
    await apply(site, {"do": "new_vendor", "name": "Desk Lamps Ltd", "currency": "CAD"})
    [made] = await apply(site, ORDER)
    key = f"purchase_order:acme/{made['order']}"
    await stands(site, key, "held", "NEEDS_APPROVAL")
    return key


async def test_order_when_looked_at_and_approved_then_to_the_byte_what_was_shown_is_sent(
    site: Site, ask: Ask
) -> None:
    key = await bought(site)
    status = await ask("status")
    assert "To be approved: 1 document, 100.00 CAD" in status.out
    plan = await ask("plan", "PO-DESK")
    assert plan.code == Exit.WAITING_FOR_PERSON
    assert (
        "Waits for its approval: create the purchase order in company EDU1 by PORTOI." in plan.out
    )
    text = await ask("preview", "PO-DESK")
    assert text.code == Exit.WAITING_FOR_PERSON
    assert "+ line 1 Repairs: " in text.out
    assert "price 25.00 CAD" in text.out
    assert "<PostPurchaseOrders>" in text.out
    [shown] = (await ask("preview", "PO-DESK", "--json")).json["previews"]

    assert (await ask("approve", "PO-DESK", "--reason", "within budget")).code == Exit.OK
    await stands(site, key, "in_syspro")

    [intended] = [
        event
        for event in await site.events("PostIntended")
        if (event.body or {})["document"] == key
    ]
    body = intended.body or {}
    assert (body["xml_parameters"], body["xml_in"]) == (shown["xml_parameters"], shown["xml_in"])
    audit = await ask("audit", "PO-DESK", "--no-xml")
    assert "approved by a person: within budget" in audit.out
    assert (await ask("plan", "PO-DESK")).code == Exit.OK
    assert "Nothing would be written." in (await ask("preview", "PO-DESK")).out


async def test_bills_when_in_shadow_then_compared_with_what_clerks_typed(
    site: Site, ask: Ask
) -> None:
    async def bill(invoice: str, cost: str) -> str:
        line = {"description": invoice, "quantity": 1, "unit_cost": cost, "account": "6300"}
        [made] = await apply(
            site,
            {
                "do": "new_bill",
                "vendor": "Desk Lamps Ltd",
                "invoice_number": invoice,
                "lines": [line],
            },
        )
        key = f"bill:acme/{str(made['bill']).replace('-', '')}"
        await stands(site, key, "shadowed")
        return key

    first, second, _ = (
        await bill("D-1", "80.00"),
        await bill("D-2", "90.00"),
        await bill("D-3", "5"),
    )
    supplier = str(would_be(await document(site, first))["supplier"])
    for invoice, value in (("D-1", "80.00"), ("D-2", "91.00")):
        await apply(
            site,
            {"do": "new_invoice", "supplier": supplier, "invoice": invoice, "total": value},
        )

    async def compared() -> bool:
        said = await ask("agreement", "--json")
        return bool(said.json[site.tenant]["total"]["found"] == 2)

    await site.until(compared)
    said = await ask("agreement")
    assert said.code == Exit.DRIFT
    assert "value: 90.00 CAD → 91.00 CAD" in said.out
    await stands(site, second, "shadowed", "")
    assert await site.events("PostIntended", after=await site.head()) == []
