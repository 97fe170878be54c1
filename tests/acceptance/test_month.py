"""A small month, end to end: every kind of change, two companies, four currencies."""

from engine_site import opened
from month_site import figures, month_settled, wrong

RIGHT = {
    "held_wrongly": 0,
    "not_held": 0,
    "lost": 0,
    "duplicates": 0,
    "differences": 0,
    "order_violations": 0,
    "totals_unequal": 0,
}


async def test_month_when_it_rests_then_held_is_what_must_be_and_totals_are_equal() -> None:
    async with opened(seed=7, documents=80, scenario="month") as site:
        await site.engine()

        oracle, held = await month_settled(site, timeout_s=150)

        found = figures(oracle, held)
        status = await site.status()
        assert {name: found[name] for name in RIGHT} == RIGHT, wrong(oracle, status)
        assert min(oracle["story"].values()) > 0
        assert (oracle["story"]["companies"], oracle["story"]["currencies"]) == (2, 4)
        kinds = {row["kind"] for row in oracle["totals"]}
        assert kinds == {"purchase_order", "bill", "credit_note"}
