"""What may be set in a company's policy, by the file or by a person, and what is refused."""

from decimal import Decimal

import pytest

from engine.config import Policy
from engine.config.policy import changed


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("mode_bill", "shadow", "shadow"),
        ("create_suppliers", "false", False),
        ("price_tolerance_line", "0.02", Decimal("0.02")),
        ("overbill_value", "5", Decimal(5)),
        ("non_po_bill_limit", "none", None),
        ("comment_lines", "7", 7),
        ("due_date_days", "5", 5),
        ("due_date_days", "none", None),
        ("fixed_period_taxes", "A, R", ("A", "R")),
        ("supplier_templates", "country:Hong Kong branch=20 class=HK-1",
         ("country:Hong Kong branch=20 class=HK-1",)),
        ("auto_vendors", "type:preferred, country:Hong Kong",
         ("type:preferred", "country:Hong Kong")),
        ("cut_over_on", "", None),
        ("blackout", "Fri 18:00-Mon 06:00, Tue 12:00-Tue 13:00",
         ("Fri 18:00-Mon 06:00", "Tue 12:00-Tue 13:00")),
        ("blackout", "", ()),
        ("time_zone", "America/Vancouver", "America/Vancouver"),
        ("owner_source", "Dana Fields", "Dana Fields"),
    ],
)  # fmt: skip
def test_setting_when_typed_by_a_person_then_of_its_own_type(
    name: str, text: str, value: object
) -> None:
    found = changed(Policy(), {name: text})
    assert getattr(found, name) == value
    assert changed(Policy(), {name: found.body()[name]}) == found, "as an event holds it"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("mode_bil", "off", "there is no setting 'mode_bil'"),
        ("mode_bill", "on", "mode_bill: Input should be 'off'"),
        ("create_suppliers", "true", "create_suppliers needs supplier_branch"),
        ("create_suppliers", "maybe", "create_suppliers: Input should be a valid boolean"),
        ("price_tolerance_line", "-1", "price_tolerance_line: Input should be greater"),
        ("price_tolerance_line", "a cent", "price_tolerance_line: is no decimal number"),
        ("overbill_quantity_percent", "101", "overbill_quantity_percent: Input should be less"),
        ("cut_over_on", "soon", "cut_over_on: "),
        ("blackout", "weekends", "blackout: String should match pattern"),
        ("blackout", "Fri 24:00-Mon 06:00", "blackout: String should match pattern"),
        ("time_zone", "Mars/Olympus", "time_zone: there is no time zone"),
        ("due_date_days", "-1", "due_date_days: Input should be"),
        ("fixed_period_taxes", "GST5", "fixed_period_taxes"),
        ("supplier_templates", "country:Canada", "supplier_templates"),
        ("supplier_templates", "city:Bonn branch=2", "supplier_templates"),
        ("auto_vendors", "country", "auto_vendors"),
        ("po_numbering", "prefix", "po_numbering prefix needs po_prefix"),
        ("po_prefix", "po/", "po_prefix: String should match pattern"),
    ],
)
def test_setting_when_wrong_then_refused_with_its_name(name: str, text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        changed(Policy(), {name: text})


def test_amount_when_a_binary_float_then_refused() -> None:
    with pytest.raises(ValueError, match="write it in quotes"):
        Policy.model_validate({"price_tolerance_line": 0.02})
