"""One engine, two customers: what befalls one is nothing to the other."""

from engine_site import assert_right
from tenant_site import pair


async def test_tenant_when_the_others_hosts_hang_then_settles_and_the_other_follows() -> None:
    async with pair(20, 8) as both:
        both.hang()
        engine = await both.first.engine()
        await both.first.settled()
        assert_right(await both.first.oracle(), await both.first.status())
        assert (await both.second.oracle())["posted"]["purchase_order"] == 0

        both.answer_again()
        await both.second.settled()

        assert_right(await both.second.oracle(), await both.second.status())
        assert_right(await both.first.oracle(), await both.first.status())
        assert await engine.stop() == 0
