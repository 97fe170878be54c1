"""Addresses of peers: spellings that pass, and the corpus of those that must not (C4, X5, X6)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.hosts import (
    check_url,
    host_fault,
    host_of,
    is_loopback,
    origin_of,
    resolved_fault,
)


@pytest.mark.parametrize(
    "url",
    [
        "https://acme.procurify.com",
        "https://acme.procurify.com/",
        "https://10.1.2.3:8443/SYSPROWCFService/Rest",
        "https://syspro",
        "http://localhost:80",
        "http://127.0.0.1:9/Rest",
        "http://[::1]:9",
        "https://a-b.c2.example",
    ],
)
def test_url_when_plain_then_accepted_without_its_last_slash(url: str) -> None:
    assert check_url(url) == url.rstrip("/")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "begin with"),
        ("acme.procurify.com", "begin with"),
        ("ftp://acme.procurify.com", "begin with"),
        ("HTTPS:/acme", "no host"),
        ("https://", "no host"),
        ("https:///path", "no host"),
        ("https://acme.procurify.com.", "plain name"),
        ("https://.acme", "plain name"),
        ("https://acme..com", "plain name"),
        ("https://-acme.com", "plain name"),
        ("https://ac_me.com", "plain name"),
        (f"https://{'a' * 64}.com", "plain name"),
        ("https://xn--acme-9a.com", "punycode"),
        ("https://äcme.com", "outside ASCII"),
        ("https://user:secret@acme.com", "user name"),
        ("https://acme.procurify.com@evil.example", "user name"),
        ("https://acme.com\\@evil.example", "user name"),
        ("https://acme.com?x=1", "query"),
        ("https://acme.com/#x", "query"),
        ("https://acme.com/\r\nHost: evil", "blank"),
        ("https://acme.com/\x00", "blank"),
        ("https://acme.com:99999", "valid host and port"),
        ("https://acme.com:0", "no port"),
        ("https://[::1", "valid host and port"),
        ("https://169.254.169.254", "metadata"),
        ("https://[::ffff:169.254.169.254]", "metadata"),
        ("https://[fe80::1]", "metadata"),
        ("https://[fd00:ec2::254]", "metadata"),
        ("https://100.100.100.200", "metadata"),
        ("https://2852039166", "a number"),
        ("https://0xa9fea9fe", "a number"),
        ("https://0251.0376.0251.0376", "a number"),
        ("https://169.254.43518", "a number"),
        ("https://metadata.google.internal", "metadata"),
        ("https://metadata", "metadata"),
        ("https://0.0.0.0", "one machine"),
        ("https://224.0.0.1", "one machine"),
        ("https://[::]", "one machine"),
        ("https://[2001:db8::1%eth0]", "outside ASCII|interface|valid host"),
        ("http://acme.procurify.com", "plain http"),
        ("http://127.0.0.1.evil.example", "plain http"),
        ("http://localhost.evil.example", "plain http"),
    ],
)
def test_url_x05_x06_when_unsafe_then_refused_with_the_reason(url: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as caught:
        check_url(url)
    assert "secret" not in str(caught.value)


def test_url_when_plain_http_is_allowed_then_accepted() -> None:
    assert check_url("http://syspro:1/Rest", allow_plain_http=True) == "http://syspro:1/Rest"


@given(st.text(max_size=40))
def test_url_when_anything_then_accepted_or_a_value_error(text: str) -> None:
    try:
        accepted = check_url("https://" + text)
    except ValueError:
        return
    assert host_fault(host_of(accepted)) == ""


def test_names_when_asked_then_host_and_origin_have_one_form() -> None:
    assert host_of("https://ACME.procurify.com/x") == "acme.procurify.com"
    assert host_of("https://[::1") == ""
    assert origin_of("https://Acme.com/x") == "https://acme.com:443"
    assert origin_of("http://acme.com:8080") == "http://acme.com:8080"
    assert origin_of("http://acme.com") == "http://acme.com:80"
    assert is_loopback("127.9.9.9")
    assert is_loopback("::ffff:127.0.0.1")
    assert not is_loopback("10.0.0.1")


@pytest.mark.parametrize(
    ("host", "address", "is_public"),
    [
        ("acme.procurify.com", "8.8.8.8", True),
        ("acme.procurify.com", "2001:4860:4860::8888", True),
        ("syspro.plant.example", "10.1.2.3", False),
        ("syspro", "192.168.7.7", False),
        ("syspro", "fd12:3456::7", False),
        ("localhost", "127.0.0.1", False),
        ("localhost", "::1", False),
    ],
)
def test_resolved_x06_when_in_order_then_dialled(host: str, address: str, is_public: bool) -> None:
    assert resolved_fault(host, address, is_public=is_public) == ""


@pytest.mark.parametrize(
    ("address", "is_public", "why"),
    [
        ("169.254.169.254", False, "metadata"),
        ("::ffff:169.254.169.254", False, "metadata"),
        ("64:ff9b::a9fe:a9fe", False, "metadata"),
        ("2002:a9fe:a9fe::1", False, "metadata"),
        ("::169.254.169.254", False, "metadata"),
        ("fd00:ec2::254", False, "metadata"),
        ("100.100.100.200", False, "metadata"),
        ("fe80::1", False, "link-local"),
        ("fe80::1%eth0", False, "link-local"),
        ("0.0.0.0", False, "one machine"),
        ("::", False, "one machine"),
        ("::ffff:0.0.0.0", False, "one machine"),
        ("239.1.2.3", False, "one machine"),
        ("ff02::1", False, "one machine"),
        ("127.0.0.1", False, "under another name"),
        ("127.9.9.9", False, "under another name"),
        ("::1", False, "under another name"),
        ("::ffff:127.0.0.1", False, "under another name"),
        ("64:ff9b::7f00:1", False, "under another name"),
        ("10.1.2.3", True, "private network"),
        ("172.16.0.1", True, "private network"),
        ("100.64.0.1", True, "private network"),
        ("fd12:3456::7", True, "private network"),
        ("64:ff9b::a01:203", True, "private network"),
        ("erp.example", False, "no IP address"),
    ],
)
def test_resolved_x06_when_forbidden_then_it_says_why(
    address: str, is_public: bool, why: str
) -> None:
    assert why in resolved_fault("erp.example", address, is_public=is_public)


def test_url_x06_when_a_translator_would_carry_it_to_metadata_then_refused() -> None:
    with pytest.raises(ValueError, match="metadata"):
        check_url("https://[64:ff9b::a9fe:a9fe]")
