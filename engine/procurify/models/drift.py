"""Where a document is not as Procurify documents it, by JSON path. Pure.

Only what planning reads is looked at, and every such field is to be there, null or not
(procurify.md §4.1, §5; the sandbox prints them so). An amount may be a number or a text of
digits, as both are seen. A new field is no drift: it is kept raw. Nothing is refused here; what
cannot be read holds its document where it is planned.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from engine.core.canonical import JsonObject, JsonValue
from engine.core.money import read_amount

MOST_TOLD = 20


Check = Callable[[JsonValue], bool]


def _id(value: JsonValue) -> bool:
    return _number(value) or _text(value)


def _text(value: JsonValue) -> bool:
    return isinstance(value, str)


def _number(value: JsonValue) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _amount(value: JsonValue) -> bool:
    return value == "" or read_amount(value) is not None


def _flag(value: JsonValue) -> bool:
    return isinstance(value, bool)


def _list(value: JsonValue) -> bool:
    return isinstance(value, list | tuple)


def _object(value: JsonValue) -> bool:
    return isinstance(value, Mapping)


def _among(*values: int) -> Check:
    return lambda value: _number(value) and value in values


_ACCOUNT: Mapping[str, Check] = {
    "": _object,
    ".account_code": _object,
    ".account_code.code": _text,
    ".department": _object,
    ".department.name": _text,
}


def _under(path: str, fields: Mapping[str, Check]) -> dict[str, Check]:
    return {path + name: expected for name, expected in fields.items()}


EXPECTED: Mapping[str, Mapping[str, Check]] = {
    "purchase_order": {
        "state": _among(*range(6)),
        "active": _flag,
        "version": _number,
        "PO_Num": _text,
        "pref_vendor": _object,
        "pref_vendor.id": _id,
        "purchased_currency": _object,
        "purchased_currency.name": _text,
        "date": _text,
        "promise_date": _text,
        "subtotal": _amount,
        "freight": _amount,
        "other": _amount,
        "tax": _object,
        "tax.value": _amount,
        "tax.type": _text,
        "discount": _object,
        "discount.value": _amount,
        "discount.type": _text,
        "total": _amount,
        "order_items": _list,
        "order_items[].id": _id,
        "order_items[].name": _text,
        "order_items[].quantity": _amount,
        "order_items[].price": _amount,
        "order_items[].total_cost": _amount,
        "order_items[].tax_amount": _amount,
        "order_items[].unit": _text,
        "order_items[].status": _among(*range(9)),
        "order_items[].type": _among(*range(3)),
        "order_items[].receive_method": _among(*range(2)),
        **_under("order_items[].account", _ACCOUNT),
    },
    "bill": {
        "status": _among(*range(9)),
        "type": _among(*range(3)),
        "active": _flag,
        "version": _number,
        "vendor": _object,
        "vendor.id": _id,
        "currency": _object,
        "currency.name": _text,
        "invoice_number": _text,
        "invoice_date": _text,
        "due_date": _text,
        "subtotal_cost": _amount,
        "total_cost": _amount,
        "tax_amount": _amount,
        "shipping_amount": _amount,
        "total_cost_with_tax": _amount,
        "items": _list,
        "items[].id": _id,
        "items[].total_cost": _amount,
        "items[].tax_amount": _amount,
        "items[].cost_allocations": _list,
        "items[].cost_allocations[].amount": _amount,
        **_under("items[].cost_allocations[].budget", _ACCOUNT),
        "costs": _list,
        "costs[].amount": _amount,
    },
    "vendor": {"id": _id, "name": _text, "active": _flag, "type": _among(*range(1, 8))},
}
"""By kind and path; `[]` stands for every item of a list."""


def drifts(kind: str, document: JsonObject) -> Sequence[str]:
    """The paths at which the document is otherwise, sorted, at most twenty; none mostly."""
    found = {
        path
        for path, is_so in EXPECTED.get(kind, {}).items()
        for value, is_there in _places(document, path.split("."))
        if not (is_there and (value is None or is_so(value)))
    }
    return sorted(found)[:MOST_TOLD]


def _places(value: JsonValue, names: Sequence[str]) -> Iterator[tuple[JsonValue, bool]]:
    """What stands at the path, and whether anything does; none where the way there is otherwise."""
    if not names:
        yield value, True
    elif isinstance(value, Mapping):
        name = names[0].removesuffix("[]")
        inner = value.get(name)
        if name not in value:
            if len(names) == 1:
                yield None, False
        elif not names[0].endswith("[]"):
            yield from _places(inner, names[1:])
        elif isinstance(inner, list | tuple):
            for item in inner:
                yield from _places(item, names[1:])
