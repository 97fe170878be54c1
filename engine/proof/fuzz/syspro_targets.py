"""SYSPRO's replies under invented bytes: what each reader of them promises.

A second, simpler reading by regular expression stands beside the judgement on posts: nothing is
ever taken for posted that says an error or a rejected item in so many words.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from engine.core.canonical import canonical, loads
from engine.core.commands import (
    InvoiceAdd,
    LedgerLine,
    OrderLine,
    Payload,
    PurchaseOrderAdd,
    ReceiptAdd,
    SupplierAdd,
)
from engine.errors import EngineError, Malformed
from engine.proof.fuzz import samples
from engine.proof.fuzz.target import Target, finished, keep
from engine.sandbox.syspro.replies import escaped
from engine.syspro import reply, transport_soap, xml
from engine.syspro.objects import apsqry, comfnd, comlgn, genqgl, porqry, read
from engine.syspro.objects.answers import MAX_KEY, MAX_TEXT, Posted, PostReply, Refused
from engine.syspro.outcomes import RefusedDefinite, RefusedSession, Sent
from engine.syspro.settings import SysproSettings, no_secret
from engine.syspro.transport import Transport
from engine.syspro.transport_http import HttpChannel, Lost, Received

DAY: Final = date(2026, 11, 30)
PAYLOADS: Final[Sequence[Payload]] = (
    PurchaseOrderAdd(
        supplier="0000001",
        external_key="P2ABCDEFGHJKMNPQ7",
        currency="USD",
        order_on=DAY,
        due_on=DAY,
        lines=(
            OrderLine(
                item_id="1",
                action="A",
                stock_code="A",
                description="",
                is_stocked=True,
                warehouse="FG",
                quantity=Decimal(1),
                unit="EA",
                price=Decimal(1),
            ),
        ),
    ),
    InvoiceAdd(
        supplier="0000001",
        invoice="INV-7",
        external_key="P2ABCDEFGHJKMNPQ7",
        value=Decimal(1),
        currency="USD",
        invoice_on=DAY,
        posting_period="C",
        distribution=(LedgerLine(ledger_code="6100", value=Decimal(1)),),
    ),
    SupplierAdd(
        supplier="0000001", name="A", short_name="A", branch="10", terms_code="30", currency="USD"
    ),
    ReceiptAdd(
        purchase_order="000547",
        line=1,
        external_key="P2ABCDEFGHJKMNPQ7",
        quantity=Decimal(1),
        unit="EA",
        received_on=DAY,
        received_before=Decimal(0),
    ),
)
_ERROR: Final = re.compile(r"<errornumber>[0\s]*[^0\s<]", re.IGNORECASE)
_INVALID: Final = re.compile(
    r"<(itemsinvalid|itemsrejectedwithwarnings|recordsinvalid)>[0\s]*[1-9][0-9]*\s*</\1>",
    re.IGNORECASE,
)
_ASIDE: Final = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL)
_DEFINITE: Final = ("access denied to functional area '", "invalid operator password")


def check_reply(raw: bytes, unwrap: Callable[[bytes], str] = reply.unwrap) -> None:
    """A reply's text comes out of its wrapping or is `Malformed`; an outcome is fit for a log."""
    try:
        text = unwrap(raw)
    except Malformed:
        return
    keep(b"\x00" not in text.encode("utf-8"), "gives a text with NUL")
    outcome = reply.post_outcome(text, 0.0)
    lower = text.lower()
    if isinstance(outcome, Sent):
        keep(lower.lstrip()[:1] == "<", "takes for a document what is none")
        return
    said = outcome.text
    keep(len(said) <= reply.MAX_LINE and said.isprintable(), "gives a line unfit for a log")
    if isinstance(outcome, RefusedSession | RefusedDefinite):
        keep(lower.lstrip().startswith("error"), "takes for a refusal what is no error line")
        known = reply.SESSION_TEXT.lower() if isinstance(outcome, RefusedSession) else _DEFINITE
        keep(said.lower().startswith(known), "takes an unknown error for a definite no")


def check_wrapping(raw: bytes, unwrap: Callable[[bytes], str] = reply.unwrap) -> None:
    """A text comes back the same from a JSON string and from a string element."""
    text = "".join(
        character
        for character in raw.decode("utf-8", errors="ignore")
        if character in "\n\t" or " " <= character <= "\ud7ff" or "\ue000" <= character <= "\ufffd"
    )
    keep(unwrap(json.dumps(text).encode()) == text, "changes a text in a JSON string")
    keep(unwrap(f"<string>{escaped(text)}</string>".encode()) == text, "changes a text in XML")
    soap = samples.enveloped("QueryQuery", text)
    keep(transport_soap.result("Query/Query", soap) == text, "changes a text in SOAP")


def check_xml(raw: bytes, parse: Callable[[str], xml.Node] = xml.parse) -> None:
    """XML is read within the caps or `Malformed`; no entity makes more of it than was sent."""
    try:
        text = xml.decode(raw)
        root = parse(text)
    except Malformed:
        return
    nodes = [((), root), *root.walk()]
    keep(len(nodes) <= xml.MAX_NODES, "gives more elements than the cap")
    keep(max(len(path) for path, _ in nodes) < xml.MAX_DEPTH, "reads deeper than the cap")
    keep(sum(len(node.text) for _, node in nodes) <= len(text), "gives more text than was sent")
    keep("<!" not in _ASIDE.sub("", text), "takes a document type or an entity")
    keep(all(node.tag == node.name.lower() for _, node in nodes), "gives a name in another case")


def check_post(raw: bytes, read: Callable[[Payload, str], PostReply] = read) -> None:
    """A reply to a post is judged without an exception, and never posted against its words."""
    try:
        text = reply.unwrap(raw)
    except Malformed:
        return
    is_plain = not any(mark in text for mark in ("<!", "&", ":", "]]"))
    for payload in PAYLOADS:
        answer = read(payload, text)
        if isinstance(answer, Posted):
            keep(bool(answer.key.strip()), "posted without a key")
            is_short = all(len(one) <= MAX_KEY for one in (answer.key, *answer.keys.values()))
            keep(is_short, "posted under a key longer than any")
            is_said = is_plain and (_ERROR.search(text) or _INVALID.search(text))
            keep(not is_said, "posted although the reply says an error or a rejected item")
        if isinstance(answer, Refused):
            keep(bool(answer.errors), "refused without an error")
            for fault in answer.errors:
                body = fault.to_json()
                keep(loads(canonical(body)) == body, "gives a fault that no event can keep")
                parts = (fault.path, fault.number, fault.text, fault.value)
                keep(max(map(len, parts)) <= MAX_TEXT, "gives a fault without a bound")


def check_query(
    raw: bytes,
    rows: Callable[[str, Sequence[str], str], Sequence[Mapping[str, str]]] = comfnd.read,
) -> None:
    """A reply to a query is read or `Malformed`; every row has every column asked for."""
    columns = ("Supplier", "LastPurchDate")
    try:
        text = reply.unwrap(raw)
        root = xml.parse(text)
    except Malformed:
        return
    readers: Sequence[Callable[[], object]] = (
        lambda: porqry.read(text),
        lambda: genqgl.read("6100", text),
        lambda: apsqry.read(text),
        lambda: comlgn.read_profile(text),
    )
    for one in readers:
        try:
            one()
        except Malformed:
            continue
    try:
        found = rows("ApSupplier", columns, text)
    except Malformed:
        return
    keep(all(set(row) == set(columns) for row in found), "gives a row without a column")
    keep(len(found) == len(root.find_all("Row")), "gives more or fewer rows than the reply has")


def check_soap(raw: bytes, result: Callable[[str, bytes], str] = transport_soap.result) -> None:
    """A SOAP reply is the result or `Malformed`; a fault's code is a text whatever comes."""
    keep(isinstance(transport_soap.fault_code(raw), str), "gives a fault's code that is no text")
    try:
        text = result("Query/Query", raw)
    except Malformed:
        return
    is_plain = not any(mark in raw for mark in (b"&", b"<!", b"<?", b"\r"))
    keep(not is_plain or text in raw.decode("utf-8-sig"), "gives a text that was not sent")


class _Canned(HttpChannel):
    """A channel on which the same reply always comes."""

    def __init__(self, body: bytes, status: int = 200, retry_after: str = "") -> None:
        self._canned = Received(
            status=status, content_type="", retry_after=retry_after, body=body, seconds=0.0
        )

    async def exchange(
        self,
        method: Literal["GET", "POST"],
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        total_s: float | None = None,
    ) -> Received | Lost:
        """The canned reply."""
        return self._canned


_SETTINGS: Final = SysproSettings(
    company="EDU1",
    base_url="http://localhost/SYSPROWCFService/Rest",
    operator="PROCSYNC",
    operator_password=no_secret,
)


async def _logged_on(transport: Transport) -> str:
    return await transport.logon(fail_when_logged_in=True)


def check_session(raw: bytes, logon: Callable[[bytes], str] | None = None) -> None:
    """Logon gives a token fit for an address, or a typed error; a profile likewise."""
    transport = Transport(_SETTINGS, _Canned(raw))
    try:
        finished(transport.get_logon_profile(samples.TOKEN))
    except EngineError as error:
        keep(str(error).isprintable(), "an error unfit for a log")
    try:
        token = logon(raw) if logon is not None else finished(_logged_on(transport))
    except EngineError as error:
        keep(str(error).isprintable(), "an error unfit for a log")
        return
    is_fit = token == token.strip() and token.isprintable() and 0 < len(token) <= 255
    keep(is_fit and "<" not in token, "takes for a token what is none")


def targets() -> Sequence[Target]:
    """The readers of SYSPRO's side."""
    lines = [line.encode() for line in samples.LINES]
    posts, queries = samples.post_replies(), samples.query_replies()
    bombs = [bomb.encode() for bomb in samples.BOMBS]
    wicked = [bomb for bomb in bombs if len(bomb) < 4096]
    texts = [*posts, *queries, *lines]
    tokens = [f"{samples.TOKEN}  ".encode(), *lines, queries[-1], b"<html></html>", b"0"]
    soap = [samples.enveloped("QueryQuery", text.decode(samples.CODE_PAGE)) for text in texts]
    return (
        Target(name="SYSPRO reply", check=check_reply, samples=[*samples.wrapped(texts), *wicked]),
        Target(name="SYSPRO wrapping", check=check_wrapping, samples=texts),
        Target(
            name="SYSPRO XML", check=check_xml, samples=[*posts, *queries, *wicked], bombs=bombs
        ),
        Target(name="SYSPRO post reply", check=check_post, samples=[*posts, *wicked]),
        Target(name="SYSPRO query reply", check=check_query, samples=[*queries, *wicked]),
        Target(name="SYSPRO session reply", check=check_session, samples=samples.wrapped(tokens)),
        Target(name="SYSPRO SOAP reply", check=check_soap, samples=[*soap, *wicked]),
    )
