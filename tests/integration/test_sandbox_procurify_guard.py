"""Tokens that expire, rights, limits, slashes, and faults at the phases of a request."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
import pytest
from sandbox_procurify_site import GRANT, open_site

from engine.sandbox.procurify.changes import Changes
from engine.sandbox.procurify.faults_port import (
    Action,
    Answer,
    Boundary,
    Context,
    Cut,
    Drip,
    Phase,
    Reset,
)
from engine.sandbox.procurify.order_changes import LineChange
from engine.sandbox.procurify.settings import ProcurifySettings, RateLimit

VENDORS = "/api/v3/vendors/"


class Plan:
    """Does one thing at the n-th crossing of a boundary in a phase."""

    def __init__(
        self, boundary: Boundary, phase: Phase, does: Callable[[Context], Action | None], n: int = 1
    ) -> None:
        self._at = (boundary, phase)
        self._does = does
        self._left = n

    async def crossing(self, boundary: Boundary, phase: Phase, context: Context) -> Action | None:
        if (boundary, phase) != self._at:
            return None
        self._left -= 1
        return self._does(context) if self._left == 0 else None


async def test_token_when_its_day_is_over_then_refused_until_a_new_one() -> None:
    now = [1000.0]
    settings = ProcurifySettings(monotonic=lambda: now[0])
    async with open_site(documents=0, settings=settings) as site:
        await site.get(VENDORS)
        now[0] += 86_399
        await site.get(VENDORS)
        now[0] += 1
        body = await site.get(VENDORS, status=401)
        assert body["errors"]["detail"]["code"] == "not_authenticated"
        async with site.session.post(f"{site.origin}/oauth/token", json=GRANT) as response:
            token = (await response.json())["access_token"]
        site.session.headers["Authorization"] = f"Bearer {token}"
        await site.get(VENDORS)


async def test_requests_when_the_client_header_is_missing_then_refused_in_strict_mode() -> None:
    for is_strict, status in ((True, 403), (False, 200)):
        settings = ProcurifySettings(is_strict=is_strict)
        async with open_site(documents=0, settings=settings) as site:
            del site.session.headers["X-Procurify-Client"]
            await site.get(VENDORS, status=status)


async def test_rights_when_the_role_lacks_them_then_403_on_that_resource_alone() -> None:
    settings = ProcurifySettings(denied=frozenset({"bills", "vendors:write"}))
    async with open_site(documents=8, settings=settings) as site:
        body = await site.get("/api/v3/ap/bills/", status=403)
        assert body["errors"]["detail"]["code"] == "permission_denied"
        await site.get(VENDORS)
        await site.send("PATCH", f"{VENDORS}101/", {}, status=403)
        settings.denied = frozenset()
        await site.get("/api/v3/ap/bills/")


async def test_owner_when_deactivated_then_every_call_fails() -> None:
    settings = ProcurifySettings()
    async with open_site(documents=0, settings=settings) as site:
        settings.is_owner_active = False
        await site.get(VENDORS, status=401)
        await site.send("POST", "/oauth/token", GRANT, status=401)


@pytest.mark.parametrize("says", [True, False])
async def test_limit_when_passed_then_429_with_or_without_retry_after(says: bool) -> None:
    now = [0.0]
    settings = ProcurifySettings(monotonic=lambda: now[0])
    async with open_site(documents=0, settings=settings) as site:
        settings.limit = RateLimit(requests=2, window_s=7.5, retry_after=says)
        for status in (200, 200, 429):
            async with site.session.get(f"{site.origin}{VENDORS}") as response:
                assert response.status == status
        assert response.headers.get("Retry-After") == ("8" if says else None)
        now[0] += 7.5
        await site.get(VENDORS)


async def test_slash_when_missing_then_404_or_a_redirect_of_reads_alone() -> None:
    settings = ProcurifySettings(redirects_slash=True)
    async with open_site(documents=8, settings=settings) as site:
        url = f"{site.origin}/api/v3/vendors?page_size=5"
        async with site.session.get(url, allow_redirects=False) as response:
            assert response.status == 301
            assert response.headers["Location"] == f"{site.origin}{VENDORS}?page_size=5"
        await site.send("POST", "/api/v3/vendors", {}, status=404)
        settings.redirects_slash = False
        await site.get("/api/v3/vendors", status=404)


async def test_old_payments_when_removed_then_404_and_the_public_ones_stay() -> None:
    settings = ProcurifySettings(has_old_payments=False)
    async with open_site(settings=settings) as site:
        await site.get("/api/v2/ap/payments/", status=404)
        await site.get("/api/public/v1/payments/")


async def test_clock_when_skewed_then_the_date_header_and_the_stamps_show_it() -> None:
    start = datetime(2026, 11, 23, 12, tzinfo=UTC)
    settings = ProcurifySettings(clock=lambda: start, date_skew=timedelta(hours=2))
    async with open_site(documents=8, settings=settings) as site:
        site.tenant.clock = lambda: start
        Changes(site.tenant).skew_stamps(-3600)
        await site.send("PATCH", f"{VENDORS}101/", {})
        async with site.session.get(f"{site.origin}{VENDORS}101/") as response:
            shown = (await response.json())["data"]["dateModified"]
        assert parsedate_to_datetime(response.headers["Date"]) == start + timedelta(hours=2)
        assert shown == "2026-11-23T11:00:00Z"
        assert len(response.headers["X-Request-Id"]) == 32


async def test_fault_when_it_answers_then_nothing_was_done() -> None:
    html = Answer(status=502, body=b"<html>Bad gateway</html>")
    plan = Plan("procurify.write", "executing", lambda context: html)
    async with open_site(documents=8, faults=plan) as site:
        before = site.tenant.vendors[101]
        async with site.session.patch(f"{site.origin}{VENDORS}101/", json={}) as response:
            assert (response.status, response.content_type) == (502, "text/html")
        assert site.tenant.vendors[101] is before


async def test_fault_when_it_resets_after_the_commit_then_the_write_stays() -> None:
    plan = Plan("procurify.write", "after_commit_before_reply", lambda context: Reset())
    async with open_site(documents=8, faults=plan) as site:
        with pytest.raises(aiohttp.ClientError):
            await site.send("PATCH", f"{VENDORS}101/", {"city": "Jena"})
        assert site.tenant.vendors[101].city == "Jena"


@pytest.mark.parametrize("is_reset", [True, False])
async def test_fault_when_it_cuts_then_the_body_ends_early(is_reset: bool) -> None:
    cut = Cut(after_bytes=20, is_reset=is_reset)
    plan = Plan("procurify.get", "received", lambda context: cut)
    async with open_site(documents=8, faults=plan) as site:
        with pytest.raises(aiohttp.ClientError):
            await site.get(f"{VENDORS}101/")
        await site.get(f"{VENDORS}101/")


async def test_fault_when_it_drips_then_the_whole_body_comes() -> None:
    drip = Drip(bytes_at_once=400, pause_s=0)
    plan = Plan("procurify.get", "mid_reply", lambda context: drip)
    async with open_site(documents=8, faults=plan) as site:
        assert (await site.get(f"{VENDORS}101/"))["data"]["id"] == 101


async def test_fault_when_it_expires_the_token_mid_walk_then_401_on_that_page() -> None:
    plan = Plan("procurify.list", "received", lambda context: context.tokens.expire(), n=2)
    async with open_site(faults=plan) as site:
        await site.get(f"{VENDORS}?page_size=5")
        await site.get(f"{VENDORS}?page_size=5&page=2", status=401)


async def test_fault_when_a_row_goes_between_two_pages_then_one_is_skipped() -> None:
    def drop(context: Context) -> None:
        bill = next(iter(context.tenant.bills.values()))
        context.tenant.drop_bill(bill)

    plan = Plan("procurify.list", "received", drop, n=2)
    async with open_site(faults=plan) as site:
        everyone = [bill.id for bill in site.tenant.bills.values()]
        rows = await site.rows("/api/v3/ap/bills/?page_size=10")
        assert [row["id"] for row in rows] == everyone[:10] + everyone[11:]


async def test_fault_when_it_waits_then_the_reply_waits() -> None:
    gate = asyncio.Event()

    class Held:
        async def crossing(
            self, boundary: Boundary, phase: Phase, context: Context
        ) -> Action | None:
            if (boundary, phase) == ("procurify.list", "received"):
                await gate.wait()
            return None

    async with open_site(documents=8, faults=Held()) as site, asyncio.timeout(10):
        asked = asyncio.ensure_future(site.get(VENDORS))
        await site.get(f"{VENDORS}101/")
        assert not asked.done()
        gate.set()
        await asked


async def test_rows_when_withheld_then_they_arrive_late_with_their_old_stamp() -> None:
    async with open_site() as site:
        changes = Changes(site.tenant)
        bill = next(iter(site.tenant.bills.values()))
        changes.withhold("bill", bill.uuid)
        rows = await site.rows("/api/v3/ap/bills/?page_size=100")
        assert bill.uuid not in {row["uuid"] for row in rows}
        await site.get(f"/api/v2/ap/bills/{bill.uuid}/", status=404)
        changes.release("bill", bill.uuid)
        rows = await site.rows("/api/v3/ap/bills/?page_size=100")
        (row,) = [row for row in rows if row["uuid"] == bill.uuid]
        assert datetime.fromisoformat(row["last_modified_datetime"]) == bill.modified_at


async def test_walk_when_a_document_changes_between_pages_then_later_pages_show_it() -> None:
    def revise(context: Context) -> None:
        order = context.tenant.orders[1055]
        line = LineChange(id=order.lines[0].id, quantity=order.lines[0].quantity + 1)
        Changes(context.tenant).revise_order("1055", [line])

    plan = Plan("procurify.list", "received", revise, n=2)
    async with open_site(faults=plan) as site:
        path = "/api/v2/purchase_orders/purchased/all/?page_size=10"
        versions = {row["procurify_PO"]: row["version"] for row in await site.rows(path)}
        assert versions[1055] == site.tenant.orders[1055].version
