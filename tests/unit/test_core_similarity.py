"""How alike two parties are: each kind of evidence, alone and together."""

from decimal import Decimal

import pytest

from engine.core.similarity import Party, likeness, plain_name

VENDOR = Party(
    name="Nordlicht GmbH",
    notes="VAT DE 123 456 789",
    street="Hafenstraße 12",
    postal_code="20457",
    email="orders@nordlicht.example",
)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("NORDLICHT  GmbH.", "nordlicht gmbh"),
        ("Société Générale", "societe generale"),
        ("A-B & C_D, Inc.", "a b c d inc"),
        ("東京貿易", "東京貿易"),
        (" .- ", ""),
    ],
)
def test_name_when_plain_then_case_accents_and_signs_are_gone(name: str, plain: str) -> None:
    assert plain_name(name) == plain


@pytest.mark.parametrize(
    ("other", "score", "evidence"),
    [
        (Party(name="Other", tax_number="DE123456789"), "1.00", ("same tax number",)),
        (Party(name="NORDLICHT GMBH"), "0.90", ("same name",)),
        (Party(name="Nordlicht AG"), "0.80", ("same name but for its legal form",)),
        (Party(name="Nordlicht Energie"), "0.30", ("1 of 2 words of the names",)),
        (Party(name="Nordlicht Energie Nord West"), "0.00", ()),
        (Party(name="X", email="info@nordlicht.example"), "0.50", None),
        (Party(name="X", street="HAFENSTRASSE 12", postal_code="20457"), "0.52", None),
        (Party(name="GmbH"), "0.00", ()),
        (Party(name=""), "0.00", ()),
    ],
)
def test_likeness_when_there_is_evidence_then_it_says_how_much_and_why(
    other: Party, score: str, evidence: tuple[str, ...] | None
) -> None:
    """Street and postal code: 1 - (1 - 0.40)(1 - 0.20) = 0.52."""
    found = likeness(VENDOR, other)

    assert found.score == Decimal(score)
    assert evidence is None or found.evidence == evidence
    assert likeness(other, VENDOR) == found


def test_likeness_when_all_but_the_tax_number_agrees_then_it_stays_below_one() -> None:
    """1 - 0.10 · 0.50 · 0.60 · 0.80 = 0.976; the strongest evidence is named first."""
    other = Party(
        name="Nordlicht GmbH",
        street="Hafenstrasse 12",
        postal_code="20457",
        email="a@NORDLICHT.example",
    )
    found = likeness(VENDOR, other)

    assert found.score == Decimal("0.98")
    assert found.evidence == (
        "same name",
        "same mail domain nordlicht.example",
        "same street",
        "same postal code",
    )


@pytest.mark.parametrize(
    "pair",
    [
        (Party(name="A", tax_number="1234567"), Party(name="B", tax_number="1234567")),
        (Party(name="A", email="a@gmail.com"), Party(name="B", email="b@gmail.com")),
        (Party(name="A", email="nobody"), Party(name="B", email="nobody")),
    ],
    ids=["short number", "public mail", "no domain"],
)
def test_likeness_when_what_agrees_says_nothing_then_it_is_none(pair: tuple[Party, Party]) -> None:
    assert likeness(*pair).score == 0
