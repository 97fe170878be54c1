"""The strict builder: what it writes, what it refuses, and that an independent parser agrees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from engine.errors import Malformed
from engine.syspro import xml

HEAD = '<?xml version="1.0" encoding="Windows-1252"?>\n'
CODE_PAGE_TEXT = st.text(
    st.characters(codec="cp1252", exclude_categories=["Cc", "Cs"]), min_size=0, max_size=40
)
TAGS = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,12}", fullmatch=True)


def elements(depth: int) -> st.SearchStrategy[xml.Element]:
    if depth == 0:
        return st.tuples(TAGS, CODE_PAGE_TEXT)
    return st.tuples(TAGS, CODE_PAGE_TEXT | st.lists(elements(depth - 1), max_size=4))


def plain(element: etree._Element) -> tuple[str, object]:
    children = [plain(child) for child in element]
    return element.tag, children or (element.text or "")


def wanted(element: xml.Element) -> tuple[str, object]:
    tag, content = element
    if isinstance(content, str):
        return tag, content
    return tag, [wanted(child) for child in content] or ""


def test_document_when_built_then_declared_flat_and_escaped() -> None:
    built = xml.build("Root", [("Name", "Müller & Søn <Ltd>"), ("Empty", ""), ("None", [])])

    assert built == (HEAD + "<Root><Name>Müller &amp; Søn &lt;Ltd&gt;</Name><Empty/><None/></Root>")


@given(elements(3))
def test_document_x03_when_built_then_an_independent_parser_reads_the_same(
    element: xml.Element,
) -> None:
    built = xml.build("Root", [element])

    found = etree.fromstring(built.encode("cp1252"))

    assert plain(found) == ("Root", [wanted(element)])
    assert xml.build("Root", [element]) == built


@given(elements(3))
def test_document_when_built_then_our_own_reader_agrees(element: xml.Element) -> None:
    def seen(node: xml.Node) -> tuple[str, object]:
        return node.name, [seen(child) for child in node.children] or node.text

    built = xml.build("Root", [element])

    assert seen(xml.parse(xml.decode(built.encode("cp1252")))) == ("Root", [wanted(element)])


@given(st.text(max_size=30))
def test_any_text_x03_when_built_then_kept_whole_or_refused(text: str) -> None:
    try:
        built = xml.build("Root", [("Name", text)])
    except Malformed as error:
        assert "Name" in str(error)
        return
    found = etree.fromstring(built.encode("cp1252"))
    assert (found[0].text or "") == text


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("a\x00b", "U+0000"),
        ("a\tb", "U+0009"),
        ("line\nline", "U+000A"),
        ("\x1b[31m", "U+001B"),
        ("a\x7f", "U+007F"),
        ("a\x81", "U+0081"),
        ("Łódź", "U+0141"),
        ("株式会社", "U+682A"),
        ("smile 😀", "U+1F600"),
        ("\ud800", "U+D800"),
        ("￾", "U+FFFE"),
    ],
)
def test_text_s23_when_syspro_cannot_hold_it_then_refused_by_element_and_character(
    text: str, point: str
) -> None:
    with pytest.raises(Malformed, match=r"SupplierName holds .*" + point.replace("+", r"\+")):
        xml.build("Root", [("SupplierName", text)])


@pytest.mark.parametrize(
    "tag", ["", "1a", "a b", "a>", "a/", "x:y", "a><b", "é", "_a", "a-b", "a\n"]
)
def test_tag_when_not_a_plain_name_then_refused(tag: str) -> None:
    with pytest.raises(Malformed, match="not an element name"):
        xml.build("Root", [(tag, "text")])


@pytest.mark.parametrize(
    "text",
    [
        "</Name><Supplier>EVIL</Supplier><Name>",
        "<![CDATA[x]]>",
        "]]>",
        "<!-- -->",
        "<?pi?>",
        "&#0;",
        "&lt;",
        "\"'",
    ],
)
def test_text_x03_when_it_looks_like_markup_then_it_stays_text(text: str) -> None:
    built = xml.build("Root", [("Name", text)])

    found = etree.fromstring(built.encode("cp1252"))

    assert [child.tag for child in found] == ["Name"]
    assert found[0].text == text
    assert "]]>" not in built


def test_document_when_too_deep_then_refused() -> None:
    deep: xml.Element = ("A", "x")
    for _ in range(70):
        deep = ("A", [deep])

    with pytest.raises(Malformed, match="deeper than 64"):
        xml.build("Root", [deep])
