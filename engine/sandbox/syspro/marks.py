"""How sure this sandbox is of each endpoint and business object: one table for README and tests.

`recorded`: bytes of a live SYSPRO; `documented`: SYSPRO's schema, help or client library; `seen`:
in a real client; `inferred`: follows from those; `invented`: nobody outside knows. A mark is that
of the shape of request and reply; texts of errors are another matter (`invented`). Pure.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Mark: TypeAlias = Literal["recorded", "documented", "seen", "inferred", "invented"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """One endpoint or business object and what vouches for it."""

    name: str
    mark: Mark
    note: str


def _marked(name: str, mark: Mark, note: str) -> Marked:
    return Marked(name=name, mark=mark, note=note)


ENDPOINTS: Final = (
    _marked("GetVersion", "recorded", "text alone"),
    _marked("GetServiceName", "documented", "answer invented"),
    _marked("Logon", "recorded", "token of 36 characters; the longer SYSPRO 8 form is invented"),
    _marked("Logoff", "recorded", "`0`"),
    _marked("GetLogonProfile", "documented", "children documented, order and values inferred"),
    _marked("Query/Query", "recorded", ""),
    _marked("Query/Browse", "recorded", "COMBRW"),
    _marked("Query/Fetch", "recorded", "COMFCH"),
    _marked("NextKey, PreviousKey", "invented", "operations documented, documents invented"),
    _marked("Setup/Add", "recorded", ""),
    _marked("Setup/Update", "documented", ""),
    _marked("Setup/Delete", "documented", ""),
    _marked("Transaction/Build", "documented", "no build object is installed"),
    _marked("Transaction/Post", "recorded", ""),
    _marked("Transaction/PostLD", "seen", "one client of release 900"),
    _marked("wide forms (QueryW, AddW, UpdateW, PostW, PostW_Byte)", "inferred", "as the plain"),
    _marked("SOAP 1.1", "documented", "contract and names; envelopes by WCF, inferred"),
    _marked("OData", "documented", "URL, options, cap; JSON and errors inferred"),
)
BUSINESS_OBJECTS: Final = (
    _marked("APSQRY", "documented", "padding inferred, projection's ages invented"),
    _marked("APSQSO", "documented", "three elements; root invented"),
    _marked("APSSSP", "documented", "Add, Update, Delete"),
    _marked("APSTIN", "documented", "I, C, D, A; effect on the balance inferred"),
    _marked("APSTRI", "documented", "error document inferred"),
    _marked("COMBRW", "recorded", "LE and EF inferred"),
    _marked("COMFCH", "recorded", ""),
    _marked("COMFND", "recorded", "conditions and brackets documented"),
    _marked("COMQCO", "documented", "root invented"),
    _marked("COMQER", "documented", "known numbers; invented ones say so"),
    _marked("COMQKY", "documented", "root invented"),
    _marked("COMQUS", "invented", "one element documented"),
    _marked("COMSFM", "recorded", ""),
    _marked("COMTFM", "invented", "parameters and root documented"),
    _marked("GENQGL", "documented", ""),
    _marked("GENQRY", "invented", "purpose documented"),
    _marked("GENSCO", "documented", "key and two elements"),
    _marked("IMPQIK", "documented", "supplier block; root and other blocks invented"),
    _marked("INVSWS", "recorded", "refusal recorded, the rest inferred"),
    _marked("PORQPO", "documented", "padding inferred"),
    _marked("PORQRY", "recorded", "history and receipts documented, padding inferred"),
    _marked("PORQSO", "documented", "six elements"),
    _marked("PORTOI", "documented", "error document inferred"),
    _marked("PORTOR", "recorded", "into inspection; normal receipt documented"),
    _marked("PORTOS", "documented", "allowed statuses inferred"),
)
