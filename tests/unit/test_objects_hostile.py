"""Replies that no SYSPRO should send: an error wherever it stands, absurd counts and keys."""

import pytest
from test_objects_answers import ORDER, ORDER_POSTED, SUPPLIER, SUPPLIER_POSTED

from engine.core.canonical import canonical, loads
from engine.errors import Malformed
from engine.syspro.evidence.order_lines import bindings
from engine.syspro.objects import comfnd, read
from engine.syspro.objects.answers import MAX_TEXT, Posted, Refused, Unreadable
from engine.syspro.objects.porqry import OrderDetail

ERROR = "<ErrorNumber>990101</ErrorNumber><ErrorDescription>no</ErrorDescription>"


@pytest.mark.parametrize(
    "errors",
    [ERROR, "<X><ErrorNumber>000000</ErrorNumber><ErrorNumber>990101</ErrorNumber></X>"],
    ids=["beside the order", "second of its name"],
)
def test_order_when_an_error_stands_anywhere_then_it_is_not_posted(errors: str) -> None:
    text = ORDER_POSTED.replace("<StatusofItems>", f"{errors}<StatusofItems>")

    assert isinstance(read(ORDER, text), Unreadable)


@pytest.mark.parametrize("name", ["RecordsRead", "RecordsInvalid"])
def test_count_when_of_thousands_of_digits_then_the_post_is_in_doubt(name: str) -> None:
    head, tail = SUPPLIER_POSTED.split(f"<{name}>")
    text = f"{head}<{name}>{'1' * 5_000}{tail}"

    assert read(SUPPLIER, text) == Unreadable(text="a number of 5001 digits")


def test_key_when_longer_than_any_then_the_post_is_in_doubt() -> None:
    text = ORDER_POSTED.replace("000547", "5" * 100_000)

    assert read(ORDER, text) == Unreadable(text="a key longer than any of SYSPRO's")
    assert isinstance(read(ORDER, ORDER_POSTED), Posted)


def test_fault_when_its_value_is_huge_then_what_is_kept_is_not() -> None:
    text = f"<postpurchaseorders><Order><X><Value>{'v' * 900_000}</Value>{ERROR}</X></Order>"
    refused = read(ORDER, f"{text}</postpurchaseorders>")

    assert isinstance(refused, Refused)
    [fault] = refused.errors
    assert fault.value == "v" * MAX_TEXT
    assert loads(canonical(fault.to_json())) == fault.to_json()


def test_rows_announced_when_of_thousands_of_digits_then_malformed() -> None:
    text = f"<ApSupplier><RowsReturned>{'1' * 5_000}</RowsReturned></ApSupplier>"

    with pytest.raises(Malformed):
        comfnd.read("ApSupplier", ["Supplier"], text)


def test_line_number_when_of_thousands_of_digits_then_malformed() -> None:
    line = {"MSupCatalogue": "PI-1", "Line": "1" * 5_000}

    with pytest.raises(Malformed):
        bindings(OrderDetail(header={}, lines=[line]))
