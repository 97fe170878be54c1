"""Pictures: what a command would write, and what SYSPRO holds, in words that compare. Pure.

A picture has named cells and parts (lines, matches, charges) with cells of their own; the same
thing has the same name on either side. `preview` shows what a command changes; `agreement` holds
what would have been sent beside what a person typed.
"""

from projections.pictures.agreement import Agreement, Typed, Verdict, agreed, best_order
from projections.pictures.picture import UNREAD, Difference, Picture
from projections.pictures.preview import preview, subject_of

__all__ = [
    "UNREAD",
    "Agreement",
    "Difference",
    "Picture",
    "Typed",
    "Verdict",
    "agreed",
    "best_order",
    "preview",
    "subject_of",
]
