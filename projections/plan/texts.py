"""Texts on their way to SYSPRO: one spelling, the fields' widths, the code page. Pure.

SYSPRO's XML is Windows-1252 (syspro.md §1.1). What identifies something is never shortened or
respelt: too long or not in the code page is a hold (rules.md §5.0). Descriptions may wrap.
"""

import unicodedata

from projections.plan.outcomes import hold

CODE_PAGE = "cp1252"


def clean(text: str) -> str:
    """The text in composed form (NFC), control characters and runs of blanks as one blank."""
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(
        " " if unicodedata.category(character).startswith(("C", "Z")) else character
        for character in composed
    )
    return " ".join(kept.split())


def outside_code_page(text: str) -> str:
    """The characters of the text that Windows-1252 does not have, each once."""
    found = []
    for character in text:
        try:
            character.encode(CODE_PAGE)
        except UnicodeEncodeError:
            if character not in found:
                found.append(character)
    return "".join(found)


def fitting(field: str, text: str, width: int) -> str:
    """The cleaned text; held if it is wider than the field or not in the code page."""
    cleaned = encodable(field, text)
    if len(cleaned) > width:
        hold("FIELD_TOO_LONG", f"{field}: {len(cleaned)} characters, SYSPRO has {width}")
    return cleaned


def encodable(field: str, text: str) -> str:
    """The cleaned text; held if a character is not in the code page."""
    cleaned = clean(text)
    strange = outside_code_page(cleaned)
    if strange:
        hold("NOT_IN_CODE_PAGE", f"{field}: {strange}")
    return cleaned


def spelled(text: str) -> str:
    """The cleaned text in the code page: accents it lacks are dropped, all else becomes `?`.

    For descriptions and comments only; the original stays in the log (rules.md §5.5, 35).
    """
    return "".join(map(_spelled, clean(text)))


def respelt(*texts: str) -> tuple[str, ...]:
    """The notice that `spelled` did not leave these texts as they were; none if it did."""
    strange = outside_code_page("".join(map(clean, texts)))
    return (f"outside SYSPRO's code page, spelt otherwise: {strange}",) if strange else ()


def _spelled(character: str) -> str:
    if not outside_code_page(character):
        return character
    plain = unicodedata.normalize("NFKD", character)
    bare = "".join(one for one in plain if not unicodedata.combining(one))
    return bare if bare and not outside_code_page(bare) else "?"


def label(field: str, text: str, width: int) -> str:
    """A label that we make, at most so wide, ending at a word; the whole text stays in the log.

    Held where a character is not in the code page: nothing is respelt on the quiet.
    """
    return split_words(encodable(field, text), width)[0]


def split_words(text: str, width: int) -> tuple[str, str]:
    """The first characters up to the width, ending at a word where there is one, and the rest."""
    if len(text) <= width:
        return text, ""
    cut = text.rfind(" ", 0, width + 1)
    if cut <= 0:
        return text[:width], text[width:]
    return text[:cut], text[cut + 1 :]


def pieces(text: str, width: int) -> tuple[str, ...]:
    """The text in pieces of at most the width, each ending at a word where there is one."""
    found = []
    rest = text
    while rest:
        head, rest = split_words(rest, width)
        found.append(head)
    return tuple(found)
