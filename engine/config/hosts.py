"""Which addresses the engine may talk to: nothing that a typing slip or an attacker would choose.

An address of a peer is an absolute URL with a strict host name; https, unless the host is this
very machine or the setting `allow_plain_http` says otherwise. Link-local and metadata addresses
are refused in every spelling, and where a name leads to one (reliability.md C4, X5, X6). Pure.
"""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_NUMERIC = re.compile(r"(0x[0-9a-f]*|[0-9]+)")
_METADATA_NAMES = frozenset({"metadata", "metadata.google.internal", "instance-data"})
_METADATA_NETWORKS = tuple(
    ipaddress.ip_network(network) for network in ("100.100.100.200/32", "fd00:ec2::/32")
)
_CARRIERS = tuple(
    (ipaddress.IPv6Network(network), shift)
    for network, shift in (("64:ff9b::/96", 0), ("2002::/16", 80), ("::/96", 0))
)
"""Networks whose addresses hold an IPv4 address so many bits from their end (NAT64, 6to4)."""
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def check_url(url: str, *, allow_plain_http: bool = False) -> str:
    """The URL without a trailing slash; raises `ValueError` with a sentence that says why not."""
    parts = _split(url)
    host = parts.hostname or ""
    fault = host_fault(host)
    if fault:
        raise ValueError(fault)
    if parts.scheme == "http" and not (allow_plain_http or is_loopback(host)):
        raise ValueError("plain http sends credentials unsealed: use https, or allow_plain_http")
    return url.rstrip("/")


def host_of(url: str) -> str:
    """The host that the URL names, lower case, without brackets; "" when it names none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def origin_of(url: str) -> str:
    """Scheme, host and port of the URL in one form, whatever its spelling."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return f"{parts.scheme}://{parts.hostname}:{port}"


def is_loopback(host: str) -> bool:
    """Whether the host is this very machine: `localhost`, 127.0.0.0/8 or ::1."""
    address = _address(host)
    return host == "localhost" if address is None else address.is_loopback


def host_fault(host: str) -> str:
    """Why the engine refuses to talk to this host, "" when it does not."""
    if not host:
        return "names no host"
    address = _address(host)
    if address is not None:
        return _address_fault(address)
    labels = host.split(".")
    if not all(_LABEL.fullmatch(label) for label in labels):
        return "the host is not a plain name of letters, digits and hyphens"
    if any(label.startswith("xn--") for label in labels):
        return "the host is written in punycode, which can look like another name"
    if _NUMERIC.fullmatch(labels[-1]):
        return "the host is a number, but not an IP address in its plain form"
    if host in _METADATA_NAMES:
        return "the host is a cloud's metadata service"
    return ""


def resolved_fault(host: str, address: str, *, is_public: bool) -> str:
    """Why the engine does not dial this address, where the host's name led; "" when it does.

    A name leads to this machine only when it says so; `is_public` ones to no private network.
    """
    dialled = _address(address)
    if dialled is None:
        return "the name leads to no IP address"
    fault = _address_fault(dialled)
    if fault:
        return fault
    reached = _carried(dialled) or dialled
    if reached.is_loopback and not is_loopback(host):
        return "the host is this machine under another name"
    if is_public and not reached.is_global:
        return "the host is public, the address is of a private network"
    return ""


def _split(url: str) -> SplitResult:
    if any(ord(character) <= 32 or ord(character) >= 127 for character in url):
        raise ValueError("holds a blank or a character outside ASCII")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ValueError("is not a URL with a valid host and port") from error
    if parts.scheme not in ("http", "https"):
        raise ValueError("must begin with https://")
    if "@" in parts.netloc or "\\" in url:
        raise ValueError("must not hold a user name, a password or a backslash")
    if parts.query or parts.fragment or "?" in url or "#" in url:
        raise ValueError("must not hold a query or a fragment")
    if port == 0:
        raise ValueError("port 0 is no port")
    return parts


def _address(host: str) -> Address | None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _address_fault(address: Address) -> str:
    if address.is_link_local or any(address in network for network in _METADATA_NETWORKS):
        return "the host is a link-local or metadata address"
    if address.is_unspecified or address.is_multicast:
        return "the host is not the address of one machine"
    if isinstance(address, ipaddress.IPv6Address) and address.scope_id:
        return "the host names a network interface"
    carried = _carried(address)
    return _address_fault(carried) if carried is not None else ""


def _carried(address: Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that a translator or tunnel would go on to."""
    for network, shift in _CARRIERS:
        if address in network and int(address) > 1:
            return ipaddress.IPv4Address((int(address) >> shift) & 0xFFFFFFFF)
    return None
