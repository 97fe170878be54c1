"""Names that stay the same on every machine and in every run: documents, streams, the key K.

K is the key that the engine puts into SYSPRO beside a document, so that a post whose answer
was lost can be found again (reliability.md §4.3): "P2" + 14 characters of Crockford base32 +
one check character. Upper case, no blanks, ASCII, 17 characters: SYSPRO's upper-casing, padding
and trimming cannot change it. The prefix is not PF, which is Procurify's own. Pure.
"""

import hashlib
import re
from dataclasses import dataclass

from engine.errors import Malformed

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_DASHED = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
KEY_PREFIX = "P2"
KEY_LENGTH = 17

PURCHASE_ORDER = "purchase_order"
ORDER_PART = "order_part"
BILL = "bill"
VENDOR = "vendor"
RECEIPT = "receipt"
RECEIPT_REPORT = "receipt_report"
PAYMENT = "payment"
VENDOR_CODE = "vendor_code"
SUPPLIER = "supplier"
LEDGER_CODE = "ledger_code"
WAREHOUSE = "warehouse"
ACCOUNT_CODE = "account_code"
OF_SYSPRO = frozenset({SUPPLIER, LEDGER_CODE, WAREHOUSE})
"""Documents whose source is a SYSPRO company."""
FOLLOWING = frozenset({RECEIPT_REPORT, PAYMENT, VENDOR_CODE, ACCOUNT_CODE})
"""Documents that follow from another one: no stream of Procurify is theirs alone."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class DocumentKey:
    """One document of Procurify: `source` names the domain, `kind` the sort, `id` the identity.

    The `source` of suppliers, ledger codes and warehouses is their SYSPRO company, the id the code
    in comparable form; an account code's id is the company that may lack it, `/`, and its own; that
    of the part of an order in one of its companies the company, `/`, and the order's.

    Ids are `procurify_PO` for purchase orders, 32 lower-case hex digits for bills and for their
    payments, integers for vendors, for receipts, and for receipt reports that of the order item
    (procurify.md §6.16, §6.17), always as text.
    """

    source: str
    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.source}/{self.id}"

    @classmethod
    def parse(cls, text: str) -> "DocumentKey":
        """The key that `str(key)` printed; raises `Malformed` for anything else."""
        kind, colon, rest = text.partition(":")
        source, slash, identity = rest.partition("/")
        if not (colon and slash and kind and source and identity):
            raise Malformed(f"not a document key: {text!r}")
        return cls(source=source, kind=kind, id=identity)


def order_part(order: DocumentKey, company: str) -> DocumentKey:
    """The document that is the order's part in one of its companies."""
    return DocumentKey(source=order.source, kind=ORDER_PART, id=f"{company}/{order.id}")


def whole_order(document: DocumentKey) -> DocumentKey:
    """The order that a part is of; any other document is its own."""
    if document.kind != ORDER_PART:
        return document
    identity = document.id.rpartition("/")[2]
    return DocumentKey(source=document.source, kind=PURCHASE_ORDER, id=identity)


def canonical_uuid(text: str) -> str:
    """The 32 lower-case hex digits of a uuid given with or without dashes (procurify.md §6.17)."""
    bare = text.replace("-", "").lower() if _DASHED.fullmatch(text) else text.lower()
    if not re.fullmatch(r"[0-9a-f]{32}", bare):
        raise Malformed(f"not a uuid: {text[:40]!r}")
    return bare


def external_key(tenant: str, document: DocumentKey, generation: int = 1) -> str:
    """K of a document; `generation` rises only by a person's decision."""
    source = "\x1f".join((tenant, document.source, document.kind, document.id, str(generation)))
    number = int.from_bytes(hashlib.sha256(source.encode("utf-8")).digest(), "big")
    digits = []
    for _ in range(14):
        number, rest = divmod(number, 32)
        digits.append(CROCKFORD[rest])
    body = "".join(digits)
    return KEY_PREFIX + body + _check_character(body)


def is_external_key(text: str) -> bool:
    """Whether `text` is a well-formed K: right prefix, length, alphabet and check character."""
    body = text[len(KEY_PREFIX) : -1]
    return (
        len(text) == KEY_LENGTH
        and text.startswith(KEY_PREFIX)
        and all(character in CROCKFORD for character in body)
        and _check_character(body) == text[-1]
    )


def command_key(
    tenant: str,
    document: DocumentKey,
    company: str,
    part: str,
    action: str,
    revision: str,
    generation: int = 1,
) -> str:
    """The deterministic identity of a command: 32 hex digits."""
    source = "\x1f".join((tenant, str(document), company, part, action, revision, str(generation)))
    return hashlib.sha256(source.encode("utf-8")).hexdigest()[:32]


def procurify_stream(source: str, kind: str, identity: str) -> str:
    """The stream of one thing that Procurify holds."""
    return f"procurify/{source}/{kind}/{identity}"


def syspro_stream(company: str, kind: str, key: str) -> str:
    """The stream of one thing that SYSPRO holds."""
    return f"syspro/{company}/{kind}/{key}"


def command_stream(key: str) -> str:
    """The stream of one command's intents, answers and verdicts."""
    return f"command/{key}"


def company_stream(company: str) -> str:
    """The stream of what is told of a company's identity."""
    return f"company/{company}"


def poll_stream(side: str, name: str, resource: str) -> str:
    """The stream of one poller's runs."""
    return f"poll/{side}/{name}/{resource}"


def line_key(order_item_id: str) -> str:
    """What a SYSPRO line carries in SupCatalogue so that it is bound by item, never by place."""
    return f"PI-{order_item_id}"


def comparable_key(text: str) -> str:
    """A SYSPRO key in the form that compares: no blanks, no leading zeros if all digits.

    Tables hold numeric keys zero-filled to 15, e.net the presentation form (syspro.md §4).
    """
    bare = text.strip()
    return bare.lstrip("0") or "0" if bare.isascii() and bare.isdigit() else bare


def _check_character(body: str) -> str:
    number = 0
    for character in body:
        number = number * 32 + CROCKFORD.index(character)
    return CROCKFORD[number % 31]
