"""Where calls find the business objects, one module each in `objects`.

A name that is missing here answers as an object that is not installed.
"""

from collections.abc import Mapping
from typing import Final

from engine.sandbox.syspro.calls import BusinessObject
from engine.sandbox.syspro.objects import (
    apsqry,
    apsssp,
    apstin,
    apstri,
    combrw,
    comfch,
    comfnd,
    comqer,
    comqky,
    comsfm,
    comtfm,
    genqgl,
    genqry,
    gensco,
    invsws,
    porqpo,
    porqry,
    portoi,
    portor,
    portos,
    setup_queries,
    system_queries,
)

QUERIES: Final[Mapping[str, BusinessObject]] = {
    "APSQRY": apsqry.query,
    "APSQSO": setup_queries.payables,
    "COMFND": comfnd.query,
    "COMQCO": system_queries.companies,
    "COMQER": comqer.query,
    "COMQKY": comqky.query,
    "COMQUS": system_queries.users,
    "GENQGL": genqgl.query,
    "GENQRY": genqry.query,
    "IMPQIK": setup_queries.keys,
    "PORQPO": porqpo.query,
    "PORQRY": porqry.query,
    "PORQSO": setup_queries.purchasing,
}
SETUPS: Final[Mapping[tuple[str, str], BusinessObject]] = {
    ("add", "APSSSP"): apsssp.add,
    ("update", "APSSSP"): apsssp.update,
    ("delete", "APSSSP"): apsssp.delete,
    ("add", "COMSFM"): comsfm.setup,
    ("update", "COMSFM"): comsfm.setup,
    ("add", "GENSCO"): gensco.add,
    ("add", "INVSWS"): invsws.add,
    ("update", "INVSWS"): invsws.update,
    ("update", "GENSCO"): gensco.update,
}
TRANSACTIONS: Final[Mapping[str, BusinessObject]] = {
    "APSTIN": apstin.post,
    "APSTRI": apstri.post,
    "COMTFM": comtfm.post,
    "PORTOI": portoi.post,
    "PORTOR": portor.post,
    "PORTOS": portos.post,
}
IMPLIED: Final[Mapping[str, str]] = {
    "browse": "COMBRW",
    "fetch": "COMFCH",
    "next_key": "COMBRW",
    "previous_key": "COMBRW",
}
"""The business object behind the kinds of operation that name none."""
WRITES: Final = frozenset({"add", "update", "delete", "post"})


def find(kind: str, name: str) -> BusinessObject | None:
    """The program that a kind of operation runs for a business object; None where there is none."""
    match kind:
        case "query":
            return QUERIES.get(name)
        case "browse":
            return combrw.browse
        case "fetch":
            return comfch.fetch
        case "next_key":
            return combrw.next_key
        case "previous_key":
            return combrw.previous_key
        case "post":
            return TRANSACTIONS.get(name)
        case _:
            return SETUPS.get((kind, name))
