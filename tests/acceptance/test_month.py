"""A small month, end to end: every kind of change, two companies, four currencies."""

import orjson
from engine_site import Site, opened
from month_site import figures, month_settled, wrong
from site_config import Tree
from site_people import apply, stands
from verb_site import quick

from engine.db import octets, text

RIGHT = {
    "held_wrongly": 0,
    "not_held": 0,
    "lost": 0,
    "duplicates": 0,
    "differences": 0,
    "order_violations": 0,
    "totals_unequal": 0,
}
COMPANIES = ("EDU1", "EDU2")
IN_SYSPRO = """
SELECT key, body FROM documents WHERE tenant = $1 AND kind = 'bill' AND state = 'in_syspro'
ORDER BY key
"""


def payments_told(tree: Tree) -> None:
    """What either company paid is told to Procurify."""
    for company in tree["tenants"][0]["companies"]:
        company["policy"].update(report_payments=True)


async def paid(site: Site) -> None:
    """An invoice of each company is paid in SYSPRO, and then its bill in Procurify."""
    books = (await site.state("ApInvoice"))["syspro"]
    rows = await site.ground.database.fetch(IN_SYSPRO, site.tenant)
    for company in COMPANIES:
        whole = {
            row["Invoice"]: row["Supplier"]
            for row in books[company]["ApInvoice"]
            if row["MthInvBal1"] == row["OrigInvValue"]
        }
        bills = [(text(row, "key"), orjson.loads(octets(row, "body"))) for row in rows]
        key, bill = next(
            (key, body)
            for key, body in bills
            if body["company"] == company and body["number"] in whole
        )
        number = bill["number"]
        pay = {"do": "pay_invoice", "company": company, "invoice": number}
        await apply(site, {**pay, "supplier": whole[number]})
        await stands(site, f"payment:{key.partition(':')[2]}", "in_procurify", "")


async def divided(site: Site, order: str) -> None:
    """An order over both companies is in each, once both may have a part of it."""
    for company in COMPANIES:
        said = ("multi_company_orders", "split", f"--company={company}", "--reason=a part each")
        await quick("policy", "set", *said, f"--config={site.config}")
    await stands(site, f"purchase_order:acme/{order}", "divided", "")
    for company in COMPANIES:
        await stands(site, f"order_part:acme/{company}/{order}", "in_syspro", "")


async def test_month_when_it_rests_then_held_is_what_must_be_and_totals_are_equal() -> None:
    async with opened(seed=7, documents=80, scenario="month", edit=payments_told) as site:
        await site.engine()

        oracle, held = await month_settled(site, timeout_s=150)

        found = figures(oracle, held)
        status = await site.status()
        assert {name: found[name] for name in RIGHT} == RIGHT, wrong(oracle, status)
        assert min(oracle["story"].values()) > 0
        assert (oracle["story"]["companies"], oracle["story"]["currencies"]) == (2, 4)
        kinds = {row["kind"] for row in oracle["totals"]}
        assert kinds == {"purchase_order", "bill", "credit_note"}
        over_both = [row for row in status["held"] if row["reason"] == "MULTI_COMPANY_PO"]
        await paid(site)
        await divided(site, over_both[0]["source_id"])
