"""The functional areas that a business object needs, as its refusal names them.

Only `SorBlanketSo` was recorded (syspro.md §2); the others are invented after it. Pure.
"""

from typing import Final

RECORDED: Final = {"SORQBS": "SorBlanketSo"}
_INVENTED: Final = {
    "APSSSP": "ApSupplier",
    "APSTIN": "ApPrimaryPosting",
    "APSTRI": "ApPrimaryPosting",
    "APSQRY": "ApQuery",
    "PORTOI": "PorPurchaseOrder",
    "PORTOR": "PorReceipt",
    "PORTOS": "PorPurchaseOrder",
    "PORQRY": "PorQuery",
    "PORQPO": "PorQuery",
    "GENQGL": "GenQuery",
    "GENQRY": "GenQuery",
    "GENSCO": "GenSetup",
}


def area_of(business_object: str) -> str:
    """The functional area that the object belongs to; the system areas for the COM objects."""
    known = RECORDED.get(business_object) or _INVENTED.get(business_object)
    if known is not None:
        return known
    return {"S": "SystemSetup", "T": "SystemPosting"}.get(business_object[3:4], "SystemQuery")
