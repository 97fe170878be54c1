"""A write to Procurify whose answer an engine never read is adopted by the one that runs."""

from typing import Any

from engine_site import Site, opened
from verb_site import quick

from engine.cli.exits import Exit
from engine.core.commands import to_json
from engine.core.commands.procurify import VendorChange, procurify_addressee
from engine.core.events import NewEvent
from engine.log.contract import Author

CITY = "Trondheim"
VENDOR = 101
KILLED = Author(actor="writer", run_id="run-killed", correlation="run-killed")


async def written(site: Site) -> None:
    """The vendor's city is what the killed engine had sent."""
    procurify = site.ready["procurify"]
    grant = {
        "client_id": procurify["client_id"],
        "client_secret": procurify["client_secret"],
        "audience": "https://api.procurify.com/",
        "grant_type": "client_credentials",
    }
    root = procurify["base_url"]
    async with site.web.post(f"{root}/oauth/token", json=grant) as response:
        token = (await response.json())["access_token"]
    headers = {"Authorization": f"Bearer {token}", "X-Procurify-Client": "api"}
    async with site.web.patch(
        f"{root}/api/v3/vendors/{VENDOR}/", json={"city": CITY}, headers=headers
    ) as response:
        assert response.status == 200


def intent(key: str) -> NewEvent:
    """What the killed engine had appended before it sent."""
    body: dict[str, Any] = {
        "command": key,
        "document": f"vendor:acme/{VENDOR}",
        "type": "vendor_change",
        "action": "change",
        "company": procurify_addressee("acme"),
        "attempt": 1,
        "external_key": "",
        "revision": "r1",
        "generation": 1,
        "object": "PATCH vendors",
        "request": {
            "method": "PATCH",
            "path": f"/api/v3/vendors/{VENDOR}/",
            "body": {"city": CITY},
        },
        "payload": to_json(VendorChange(vendor=VENDOR, city=CITY)),
        "known": [],
        "user": "",
        "session_tag": "",
        "epoch": 1,
    }
    return NewEvent(stream=f"command/{key}", type="PostIntended", body=body)


async def test_run_when_an_intent_to_procurify_has_no_answer_then_adopted_and_told() -> None:
    async with opened(documents=4) as site:
        await site.engine()
        await site.settled()
        await written(site)
        key = "b" * 32
        await site.ground.log.append(site.tenant, [intent(key)], author=KILLED)

        async def is_told() -> bool:
            story = await site.ground.log.read_stream(site.tenant, f"command/{key}")
            return story[-1].type == "PostVerified"

        await site.until(is_told, 60)
        story = await site.ground.log.read_stream(site.tenant, f"command/{key}")
        assert [event.type for event in story] == [
            "PostIntended",
            "PostInDoubt",
            "DoubtResolved",
            "PostVerified",
        ]
        await site.settled()
        status = await quick("status", f"--config={site.config}")
        assert "1 written to Procurify" in status.out
        told = await quick("audit", f"vendor:acme/{VENDOR}", f"--config={site.config}")
        assert told.code == Exit.OK
        for words in (
            "about to change the vendor in Procurify by PATCH vendors",
            f'"city": "{CITY}"',
            "doubt resolved: committed by rule FOUND_EQUAL",
            f"read back from Procurify as {VENDOR}: equal to what was sent",
        ):
            assert words in told.out
        writes = [one for one in await site.requests() if one["method"] == "PATCH"]
        assert len(writes) == 1
        replayed = await quick("replay", "--verify", f"--config={site.config}")
        assert replayed.code == Exit.OK
