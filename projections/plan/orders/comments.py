"""What an order says in words, as comment lines of 45 characters: rules.md §5.1, §5.2. Pure.

The goods' remaining descriptions come first, each naming its line, then the order's comment, its
disclaimer, its contract and its discount. More than `comment_lines` are cut, and the last one says
where it goes on.
"""

from collections.abc import Iterable, Iterator

from engine.core.commands import CommentLine
from engine.core.money import plain
from projections.plan.company import Company
from projections.plan.texts import pieces, spelled
from projections.purchase_orders import Content

WIDTH = 45
GOES_ON = "… continues in Procurify"

Paragraph = tuple[str, str]


def comment_lines(
    company: Company, content: Content, of_items: Iterable[Paragraph]
) -> tuple[CommentLine, ...]:
    """The comment lines of the order; `of_items`: texts by the key of what they are about."""
    found = [
        (f"{key}/{place}", piece)
        for key, text in (*of_items, *_of_order(content))
        for place, piece in enumerate(pieces(spelled(text), WIDTH), 1)
    ]
    most = company.policy.comment_lines
    if len(found) > most:
        found = [*found[: most - 1], ("continues", _goes_on(content.number))]
    return tuple(CommentLine(key=key, text=text) for key, text in found)


def _of_order(content: Content) -> Iterator[Paragraph]:
    yield "comment", content.comment
    yield "disclaimer", content.disclaimer
    if content.contract:
        until = f", until {content.expires_at[:10]}" if content.expires_at else ""
        yield "contract", f"Contract: {content.contract}{until}"
    elif content.expires_at:
        yield "contract", f"Valid until {content.expires_at[:10]}"
    if content.discount_percent:
        yield "discount", f"Discount {plain(content.discount_percent)} %"
    elif content.discount:
        yield "discount", f"Discount {plain(content.discount)} {content.currency}".rstrip()


def _goes_on(number: str) -> str:
    whole = f"{GOES_ON}, {spelled(number)}"
    return whole if len(whole) <= WIDTH else GOES_ON
