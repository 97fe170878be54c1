"""Keys that were sent are counted again, and a wrong count stops the line, told once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from lane_site import AUTHOR, TENANT, LaneSite, lane_site
from test_writer_doubts import settle, writes_in
from test_writer_posting import invoice, order, until_idle

from engine.core.canonical import JsonObject
from engine.core.commands import Payload
from engine.core.events import Event, NewEvent
from engine.db import Database
from engine.syspro import recounting
from engine.syspro.objects import render
from engine.syspro.objects.fields import XmlIn
from engine.syspro.recounting import Recounting


@dataclass
class Sent:
    """The commands of a lane site, page by page; `doubts` as a projection would have them."""

    site: LaneSite
    doubts: dict[str, datetime] = field(default_factory=dict)
    pages: list[str] = field(default_factory=list)

    async def documents_after(
        self, tenant: str, company: str, after: str, limit: int
    ) -> tuple[Sequence[str], str]:
        self.pages.append(after)
        keys = sorted(key for key in self.site.owed.planned if key > after)[:limit]
        rows = [await self.site.row(key) for key in keys]
        last = keys[-1] if len(keys) == limit else ""
        return [str(row["document"]) for row in rows], last

    async def of_documents(
        self, tenant: str, company: str, documents: Sequence[str]
    ) -> Sequence[JsonObject]:
        rows = [await self.site.row(key) for key in self.site.owed.planned]
        return [row for row in rows if row["document"] in documents]

    async def doubted(self, tenant: str, company: str) -> Mapping[str, datetime]:
        return self.doubts


def rendered(payload: Payload) -> XmlIn:
    return render(payload, local_currency="USD")


async def day(site: LaneSite, name: str) -> None:
    event = NewEvent(stream="calendar", type="DayBegan", body={"day": name})
    await site.log.append(TENANT, [event], author=AUTHOR)


def counter(site: LaneSite, sent: Sent) -> Recounting:
    return Recounting(site.desk, sent, site.clock, double_read_s=5.0)


async def events(site: LaneSite, stream: str) -> list[Event]:
    return list(await site.log.read_stream(TENANT, stream))


async def stops(site: LaneSite) -> list[tuple[object, object, object]]:
    found = [event.body or {} for event in await events(site, "line/EDU1")]
    return [(body["cause"], body["found"], body["hold_for_payment"]) for body in found]


async def test_recount_when_night_comes_then_every_key_is_counted_once_and_all_is_well(
    database: Database,
) -> None:
    async with lane_site(database) as site:
        site.plan(order())
        site.plan(invoice(), "b" * 32)
        await until_idle(site)
        counting = counter(site, Sent(site))
        await day(site, "2026-11-17")
        assert not await counting.look()
        assert not await counting.look()
        [finished] = await events(site, "recount/EDU1")
        body = finished.body or {}
        assert (body["day"], body["counted"], body["wrong"], body["after"]) == (
            "2026-11-17",
            2,
            0,
            "",
        )
        assert await stops(site) == []
        await day(site, "2026-11-18")
        await counting.look()
        assert len(await events(site, "recount/EDU1")) == 2


async def test_recount_s34_when_what_was_read_back_is_gone_then_the_line_stops_and_it_is_told_once(
    database: Database,
) -> None:
    async with lane_site(database) as site:
        site.plan(order())
        await until_idle(site)
        orders = site.ledger.tables["PorMasterHdr"]
        del orders[next(iter(orders))]
        counting = counter(site, Sent(site))
        for name in ("2026-11-17", "2026-11-18"):
            await day(site, name)
            await counting.look()
        assert await stops(site) == [("VANISHED", [], [])]
        assert writes_in(site) == 1


@pytest.mark.parametrize(
    ("payload", "source_id", "key", "held"),
    [
        (order(), "1042", "000001", []),
        (invoice(), "b" * 32, "S00118|INV-1", ["S00118|INV-1"]),
    ],
)
async def test_recount_s13_when_a_settled_post_commits_late_then_the_line_stops_and_payment_is_held(
    database: Database, payload: Payload, source_id: str, key: str, held: list[str]
) -> None:
    async with lane_site(database) as site:
        site.plan(payload, source_id, state="rejected", attempt=1)
        await site.desk.transport.send((await site.desk.keeper.open()).token, rendered(payload))
        await day(site, "2026-11-17")
        await counter(site, Sent(site)).look()
        assert await stops(site) == [("LATE_COMMIT", [key], held)]


async def test_recount_when_our_key_stands_there_twice_then_the_line_stops(
    database: Database,
) -> None:
    async with lane_site(database) as site:
        site.plan(order())
        await until_idle(site)
        await site.desk.transport.send((await site.desk.keeper.open()).token, rendered(order()))
        await day(site, "2026-11-17")
        await counter(site, Sent(site)).look()
        assert await stops(site) == [("FOUND_TWICE", ["000001", "000002"], [])]


async def test_recount_when_a_doubt_is_an_hour_old_then_it_alone_is_counted_again(
    database: Database,
) -> None:
    async with lane_site(database) as site:
        key = site.plan(order())
        site.plan(invoice(), "b" * 32)
        site.faults.plan.append(("transaction/postld", "reply_lost"))
        await settle(site)
        sent = Sent(site)
        counting = counter(site, sent)
        await counting.look()
        sent.doubts[str((await site.row(key))["document"])] = site.clock.now()
        assert not await counting.look()
        site.clock.passed_s += timedelta(hours=1).total_seconds()
        await counting.look()
        counted = [(event.body or {})["counted"] for event in await events(site, "recount/EDU1")]
        assert counted == [0, 1]


async def test_recount_when_something_was_sent_meanwhile_then_the_count_says_nothing(
    database: Database,
) -> None:
    async with lane_site(database) as site:
        key = site.plan(order(), state="rejected", attempt=1)
        await site.desk.transport.send((await site.desk.keeper.open()).token, rendered(order()))
        intent = NewEvent(stream=f"command/{key}", type="PostIntended", body={"attempt": 2})

        class Racing(Sent):
            async def of_documents(
                self, tenant: str, company: str, documents: Sequence[str]
            ) -> Sequence[JsonObject]:
                rows = await super().of_documents(tenant, company, documents)
                await site.log.append(TENANT, [intent], author=AUTHOR)
                return rows

        await day(site, "2026-11-17")
        await counter(site, Racing(site)).look()
        assert await stops(site) == []


async def test_recount_when_there_is_much_then_page_by_page_from_where_it_stood(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recounting, "PAGE", 2)
    async with lane_site(database) as site:
        keys = sorted(site.plan(order(name), name) for name in ("7", "8", "9"))
        await until_idle(site)
        sent = Sent(site)
        await day(site, "2026-11-17")
        assert await counter(site, sent).look()
        assert not await counter(site, sent).look()
        assert sent.pages == ["", keys[1]]
        bodies = [event.body or {} for event in await events(site, "recount/EDU1")]
        assert [(body["counted"], body["after"]) for body in bodies] == [(2, keys[1]), (1, "")]
