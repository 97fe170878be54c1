"""The safe reader: case-blind, capped, and deaf to DTDs; and the bytes it starts from."""

from pathlib import Path

import pytest

from engine.errors import Malformed
from engine.syspro import reply, xml

SAMPLES = Path(__file__).parent.parent / "samples" / "syspro"
RECORDED_XML = [
    "06-setup_add-INVSWS",
    "09-query_query-PORQRY",
    "11-query_fetch",
    "12-query_query-COMFND",
    "16-query_browse",
    "18-query_browse",
]


def body_of(name: str) -> bytes:
    return (SAMPLES / f"{name}.response.txt").read_bytes().partition(b"\n\n")[2]


@pytest.mark.parametrize("name", RECORDED_XML)
def test_recorded_reply_when_read_then_a_tree(name: str) -> None:
    root = xml.parse(reply.unwrap(body_of(name)))

    assert root.children


def test_recorded_setup_error_when_read_then_found_whatever_the_case() -> None:
    root = xml.parse(reply.unwrap(body_of("06-setup_add-INVSWS")))

    assert root.tag == "setupinvwarehouse"
    assert root.text_at("ITEM/StockCode/errornumber") == "240004"
    assert root.text_at("StatusOfItems/RecordsInvalid") == "1"
    assert root.text_at("Item/Nothing/Here") == ""


def test_recorded_numbers_when_read_then_padding_is_gone() -> None:
    assert xml.parse(reply.unwrap(body_of("12-query_query-COMFND"))).text_at("RowsReturned") == "1"


def test_prefixed_names_when_read_then_the_local_name_counts() -> None:
    root = xml.parse("<Query xmlns:SALSLS='SALSLS'><SALSLS:Name>x</SALSLS:Name></Query>")

    assert root.text_at("name") == "x"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "refused"),
        ("<!DOCTYPE a><a/>", "refused"),
        ('<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>', "refused"),
        ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "refused"),
        ("<a>&undefined;</a>", "well-formed"),
        ("<a><b></a>", "well-formed"),
        ("<a/><b/>", "well-formed"),
        ("", "well-formed"),
        ("0", "well-formed"),
        ("<a>\x00</a>", "NUL"),
        ("\x00".join("<a/>") + "\x00", "NUL"),
        ("<p:a/>", "well-formed"),
    ],
)
def test_document_x01_when_hostile_or_broken_then_refused(text: str, said: str) -> None:
    with pytest.raises(Malformed, match=said):
        xml.parse(text)


def test_bomb_x02_when_read_then_refused_before_it_grows() -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE a [<!ENTITY l0 "ha">{entities}]><a>&l9;</a>'

    with pytest.raises(Malformed, match="refused"):
        xml.parse(bomb)


def test_depth_x02_when_over_the_cap_then_refused() -> None:
    assert xml.parse("<a>" * 64 + "</a>" * 64).tag == "a"
    with pytest.raises(Malformed, match="deeper than 64"):
        xml.parse("<a>" * 65 + "</a>" * 65)


def test_nodes_x02_when_over_the_cap_then_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "MAX_NODES", 1000)
    assert len(xml.parse("<a>" + "<b/>" * 999 + "</a>").children) == 999
    with pytest.raises(Malformed, match="more than 1000 elements"):
        xml.parse("<a>" + "<b/>" * 1000 + "</a>")


def test_attributes_x02_when_over_the_cap_then_refused() -> None:
    def element(count: int) -> str:
        return "<a " + " ".join(f"n{number}='v'" for number in range(count)) + "/>"

    assert xml.parse(element(256)).tag == "a"
    with pytest.raises(Malformed, match="more than 256 attributes"):
        xml.parse(element(257))


def test_text_x02_when_over_the_cap_then_refused() -> None:
    with pytest.raises(Malformed, match="more than 1048576 characters"):
        xml.parse(f"<a>{'x' * (1024 * 1024 + 1)}</a>")


def test_size_x02_when_over_the_cap_then_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "MAX_BYTES", 100)
    with pytest.raises(Malformed, match="exceeds"):
        xml.parse("<a>" + " " * 100 + "</a>")
    with pytest.raises(Malformed, match="exceeds"):
        xml.decode(b"x" * 101)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"caf\xe9 \x80", "café €"),
        ("<?xml version='1.0' encoding='Windows-1252'?><a>é€</a>".encode("cp1252"), "é€"),
        ("<?xml version='1.0' encoding='utf-8'?><a>é€</a>".encode(), "é€"),
        (b"\xef\xbb\xbf<a>\xc3\xa9</a>", "<a>é</a>"),
        ("<a>é</a>".encode("utf-16"), "<a>é</a>"),
    ],
)
def test_bytes_s23_when_decoded_then_by_their_declaration(body: bytes, text: str) -> None:
    assert text in xml.decode(body)


@pytest.mark.parametrize(
    "body",
    [
        b"\x81",
        b"<?xml version='1.0' encoding='utf-8'?><a>\xe9</a>",
        b"<?xml version='1.0' encoding='EBCDIC-CP-US'?><a/>",
        "<?xml version='1.0' encoding='Windows-1252'?><a>Á</a>".encode(),
    ],
)
def test_bytes_s23_when_not_what_they_declare_then_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        xml.decode(body)


XML_TEXT = '<?xml version="1.0" encoding="Windows-1252"?>\n<a>é &amp; "q"</a>\n '


@pytest.mark.parametrize(
    "body",
    [
        XML_TEXT.encode("cp1252"),
        (
            '"' + XML_TEXT.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
        ).encode(),
        (
            '<string xmlns="http://schemas.microsoft.com/2003/10/Serialization/">'
            + XML_TEXT.replace("&", "&amp;").replace("<", "&lt;")
            + "</string>"
        ).encode(),
        (
            '<?xml version="1.0" encoding="utf-8"?><string xmlns="http://tempuri.org/">'
            + XML_TEXT.replace("&", "&amp;").replace("<", "&lt;")
            + "</string>"
        ).encode(),
    ],
    ids=["raw", "json", "string", "declared string"],
)
def test_reply_when_wrapped_then_the_same_text(body: bytes) -> None:
    assert reply.unwrap(body) == XML_TEXT


@pytest.mark.parametrize("body", [b'"unfinished', b'"\xff"', b"<string>\xff</string>", b"<string>"])
def test_reply_when_the_wrapping_is_broken_then_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        reply.unwrap(body)


def test_reply_when_wrapped_in_empty_string_then_empty() -> None:
    assert reply.unwrap(b'""') == ""
    assert reply.unwrap(b"<string/>") == ""


@pytest.mark.parametrize("body", [b'"<a>\\ud800</a>"', b'"\\u0000"', b"<a>\x00</a>"])
def test_reply_when_no_event_could_keep_its_text_then_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        reply.unwrap(body)
