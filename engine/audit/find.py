"""Which document a person means: by its number, id, key, SYSPRO key or name, however spelt.

Reads `documents`, writes nothing.
"""

import re

from engine.core.keys import FOLLOWING, ORDER_PART, RECEIPT
from engine.db import Database, Row, text
from engine.errors import NotFound

EXACT = """
SELECT key, number, body FROM documents
WHERE tenant = $1 AND kind = ANY($3)
    AND (number = ANY($2) OR source_id = ANY($2) OR key = ANY($2))
ORDER BY kind DESC, key
"""
LOOSE = """
SELECT key, number, body FROM documents
WHERE tenant = $1 AND kind = ANY($3) AND (lower(number) = ANY($2)
    OR convert_from(body, 'UTF8')::json ->> 'syspro_key' = ANY($4))
ORDER BY kind DESC, key
"""
NEAR = """
SELECT key, number FROM documents
WHERE tenant = $1 AND strpos(lower(number), $2) > 0 ORDER BY length(number), key LIMIT 5
"""
_PREFIX = re.compile(r"^(PO|PF|BILL|VENDOR)[-# ]?(?=\d+$)", re.IGNORECASE)
_KINDS = {
    "PO": "purchase_order",
    "PF": "purchase_order",
    "BILL": "bill",
    "VENDOR": "vendor",
}
_FOLLOWING = FOLLOWING | {RECEIPT}
_UUID = re.compile(r"^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$", re.IGNORECASE)
_SYSPRO_DIGITS = 6


async def find(database: Database, tenant: str, name: str) -> Row:
    """The row of the document called `name`, with key, number and body.

    Its number, id or key as it stands wins over a looser likeness: upper and lower case, or the
    key under which SYSPRO has it. Raises `NotFound` for none, or for more than one.
    """
    name = name.strip()
    kinds = kinds_of(name)
    rows = await database.fetch(EXACT, tenant, spellings(name), kinds)
    if not rows:
        loose = sorted({word.lower() for word in spellings(name)})
        rows = await database.fetch(LOOSE, tenant, loose, kinds, syspro_keys(name))
    if not rows:
        raise NotFound(await _nothing(database, tenant, name))
    if len(rows) > 1:
        keys = ", ".join(text(row, "key") for row in rows[:5])
        raise NotFound(f"{len(rows)} documents are called {name!r}: ask for one of {keys}")
    return rows[0]


def kinds_of(name: str) -> list[str]:
    """The kinds of document that may be meant: `PO-104` is never the vendor 104.

    A receipt or a payment is meant only by its key, for it bears the number of another document.
    """
    kind = name.partition(":")[0]
    if kind in _FOLLOWING:
        return [kind]
    prefix = _PREFIX.match(name)
    return [_KINDS[prefix[1].upper()]] if prefix else sorted({*_KINDS.values(), ORDER_PART})


def spellings(name: str) -> list[str]:
    """The names under which `name` may stand in the tables."""
    bare = _PREFIX.sub("", name)
    found = {name, bare, f"PF{bare}"}
    if _UUID.match(bare_key := name.rpartition("/")[2]):
        plain = bare_key.replace("-", "").lower()
        found |= {plain, name.replace(bare_key, plain)}
    return sorted(found)


def syspro_keys(name: str) -> list[str]:
    """The keys under which SYSPRO may have what is called `name`: with leading zeros or without."""
    return sorted({name, name.upper(), name.zfill(_SYSPRO_DIGITS), name.lstrip("0") or name})


async def _nothing(database: Database, tenant: str, name: str) -> str:
    said = f"tenant {tenant} has no document called {name!r}"
    near = await database.fetch(NEAR, tenant, _PREFIX.sub("", name).lower()) if name else []
    if near:
        return f"{said}; near it: {', '.join(text(row, 'number') for row in near)}"
    return f"{said}; give a purchase order's or an invoice's number, an id, or a vendor's name"
