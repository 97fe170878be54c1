"""What people do before a site's engines, and how documents come to stand because of it."""

from typing import Any

import orjson
from engine_site import Site
from site_config import Tree

from engine.core.canonical import JsonObject


async def apply(site: Site, *changes: dict[str, Any]) -> list[Tree]:
    """People do this in either system; what each change made."""
    url = f"{site.ready['control_url']}/apply"
    async with site.web.post(url, json=list(changes)) as response:
        said = orjson.loads(await response.read())
        assert response.status == 200, said
        return list(said["applied"])


async def document(site: Site, key: str) -> JsonObject:
    """The row of a document; empty while there is none."""
    row = await site.ground.database.fetchrow(
        "SELECT body FROM documents WHERE tenant = $1 AND key = $2", site.tenant, key
    )
    found: JsonObject = {} if row is None else orjson.loads(bytes(row["body"]))
    return found


async def stands(site: Site, key: str, *wanted: str) -> None:
    """The document comes to stand so: state and reason."""

    async def does() -> bool:
        row = await document(site, key)
        return (row.get("state"), row.get("reason"))[: len(wanted)] == wanted

    await site.until(does, 30)


async def lost(site: Site, boundary: str, path: str) -> None:
    """The answer to the next write at that path never arrives, though it was done."""
    at = {"boundary": boundary, "n": 1, "phase": "after_commit_before_reply", "path": path}
    url = f"{site.ready['control_url']}/faults"
    async with site.web.post(url, json=[{"at": at, "do": "reset"}]) as response:
        assert response.status == 200, await response.text()
