"""Vendors, suppliers and reference data both ways through both sandboxes: it all comes to rest."""

from engine_site import Site, opened
from site_config import Tree
from site_people import apply

from engine.db import integer, text

TYPED = {"do": "new_supplier", "supplier": "HAND1", "name": "By Hand Ltd", "currency": "USD"}
MASTERS = ("supplier", "vendor_code", "ledger_code", "warehouse", "account_code")
TYPES = (
    *("supplier_add", "supplier_change", "ledger_code_add", "vendor_code", "vendor_add"),
    *("vendor_change", "account_code_add", "account_code_change", "department_add"),
)
RESTING = {"in_procurify", "in_syspro", "not_eligible", "not_due"}


def both_ways(tree: Tree) -> None:
    """All that may be written of master data is, on either side."""
    tree["tenants"][0]["companies"][0]["policy"].update(
        write_back_vendor_codes=True,
        offer_suppliers="auto",
        vendor_fields=["telephone", "address"],
        create_account_codes="auto",
        create_departments="auto",
        departments_location="1",
        create_ledger_codes="auto",
    )


async def restless(site: Site) -> list[str]:
    """The master documents that are on their way; an account code of type other stays held."""
    rows = await site.ground.database.fetch(
        "SELECT key, state, reason FROM documents WHERE tenant = $1 AND kind = ANY($2::text[])",
        site.tenant,
        list(MASTERS),
    )
    return [
        f"{text(row, 'key')} {text(row, 'state')}"
        for row in rows
        if text(row, "state") not in RESTING and text(row, "reason") != "ACCOUNT_TYPE_UNKNOWN"
    ]


async def count(site: Site, statement: str, *arguments: object) -> int:
    row = await site.ground.database.fetchrow(statement, site.tenant, *arguments)
    assert row is not None
    return integer(row, "many")


async def commands(site: Site) -> int:
    """How many commands there ever were about master data."""
    statement = "SELECT count(*) AS many FROM commands WHERE tenant = $1 AND type = ANY($2::text[])"
    return await count(site, statement, list(TYPES))


async def polls(site: Site) -> int:
    statement = "SELECT count(*) AS many FROM events WHERE tenant = $1 AND type = 'PollFinished'"
    return await count(site, statement)


async def vendors(site: Site) -> int:
    return int((await site.oracle())["counts"]["procurify"]["vendors"])


async def test_masters_when_both_ways_are_on_then_each_thing_is_made_once_and_all_rests() -> None:
    async with opened(documents=8, edit=both_ways) as site:
        await site.engine()

        async def is_made() -> bool:
            oracle = await site.oracle()
            is_told = oracle["story_left"] == 0 and oracle["story"]["newcomers"] > 0
            missing = [(one["kind"], one["source_id"]) for one in oracle["missing"]]
            held = [(one["kind"], one["source_id"]) for one in oracle["must_hold"]]
            return is_told and sorted(missing) == sorted(held) and await restless(site) == []

        await site.until(is_made, 60)
        before = await vendors(site)
        await apply(site, TYPED)

        async def is_offered() -> bool:
            return await vendors(site) == before + 1 and await restless(site) == []

        await site.until(is_offered, 60)
        written, read = await commands(site), await polls(site)

        async def is_read_again() -> bool:
            return await polls(site) > read + 60

        await site.until(is_read_again, 60)
        assert await restless(site) == []
        assert (await commands(site), await vendors(site)) == (written, before + 1)
        oracle = await site.oracle()
        assert (oracle["duplicates"], oracle["differences"]) == ([], [])
