"""Addresses of peers: spellings that pass, and the corpus of those that must not (C4, X5, X6)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.hosts import check_url, host_fault, host_of, is_loopback, origin_of


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
