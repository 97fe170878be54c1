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
    combrw,
    comfch,
    comfnd,
    genqgl,
    porqry,
    portoi,
)

QUERIES: Final[Mapping[str, BusinessObject]] = {
    "APSQRY": apsqry.query,
    "COMFND": comfnd.query,
    "GENQGL": genqgl.query,
    "PORQRY": porqry.query,
}
FETCH: Final[BusinessObject] = comfch.fetch
BROWSE: Final[BusinessObject] = combrw.browse
SETUPS: Final[Mapping[tuple[str, str], BusinessObject]] = {
    ("add", "APSSSP"): apsssp.add,
    ("update", "APSSSP"): apsssp.update,
}
TRANSACTIONS: Final[Mapping[str, BusinessObject]] = {
    "APSTIN": apstin.post,
    "PORTOI": portoi.post,
}
