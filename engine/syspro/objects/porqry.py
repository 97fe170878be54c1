"""PORQRY, one purchase order with all its lines by Query/Query (syspro.md §3.2, recorded).

Numbers come edited (`38,400.000`) beside an `Unedited_` twin; the twin wins. Keys may carry a
leading blank. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.errors import Malformed
from engine.syspro import xml
from engine.syspro.objects.comfnd import cell
from engine.syspro.objects.fields import required

_OPTIONS = (
    ("IncludeStockedLines", "Y"),
    ("IncludeNonStockedLines", "Y"),
    ("IncludeFreightLines", "Y"),
    ("IncludeMiscellaneousLines", "Y"),
    ("IncludeCommentLines", "Y"),
    ("IncludeCompletedLines", "Y"),
    ("IncludeGrns", "Y"),
    ("IncludeHistory", "N"),
    ("IncludeLctDetails", "N"),
    ("IncludeRequisitionDetails", "N"),
    ("IncludeRequisitionRouting", "N"),
    ("IncludeSalesOrders", "N"),
    ("IncludeCustomForms", "N"),
)
_UNEDITED = "Unedited_"
KIND = "Kind"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDetail:
    """A purchase order as PORQRY tells it: header fields, and per line its fields, by name.

    `lines` are the goods, `others` the comments and charges, each with its element's name
    (`CommentLine`, `MiscCharge`, `Freight`) under `KIND`.
    """

    header: Mapping[str, str]
    lines: Sequence[Mapping[str, str]]
    others: Sequence[Mapping[str, str]] = ()


def render(purchase_order: str) -> str:
    """The XmlIn that asks for the whole order, every kind of line included."""
    return xml.build(
        "Query",
        [
            ("Key", [required("PurchaseOrder", purchase_order, 20)]),
            ("Option", list(_OPTIONS)),
        ],
    )


def read(text: str) -> OrderDetail:
    """The order in the reply; `Malformed` when the reply is not one order."""
    root = xml.parse(text)
    if root.tag != "pordetail" or not root.text_at("PurchaseOrder"):
        raise Malformed(f"not a purchase order: {root.name[:40]}")
    found = [line for holder in root.find_all("PurchaseOrderLine") for line in holder.children]
    return OrderDetail(
        header=_fields(root),
        lines=[_fields(line) for line in found if line.find("Line") is not None],
        others=[
            {**_fields(line), KIND: line.name}
            for line in found
            if line.find("PurchaseOrderLine") is not None
        ],
    )


def _fields(node: xml.Node) -> Mapping[str, str]:
    leaves = [child for child in node.children if not child.children]
    fields = {child.name: cell(child.name, child.text) for child in leaves}
    for child in leaves:
        if child.name.startswith(_UNEDITED):
            fields[child.name.removeprefix(_UNEDITED)] = cell(child.name, child.text)
    return {name: text for name, text in fields.items() if not name.startswith(_UNEDITED)}
