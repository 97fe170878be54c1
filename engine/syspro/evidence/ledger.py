"""Is a ledger code in SYSPRO as we wished? By company and code, which are the key."""

from collections.abc import Sequence

from engine.core.commands import LedgerCodeAdd
from engine.core.protocol import Sighting
from engine.syspro.books import Books
from engine.syspro.objects.answers import same_key
from engine.syspro.objects.comfnd import Condition

_ACCOUNT = ("Company", "GlCode", "Description", "AccountType")


async def added_ledger_codes(books: Books, payload: LedgerCodeAdd) -> Sequence[Sighting]:
    """The code in our company; GenMaster holds every company's."""
    by_code = Condition(column="GlCode", value=payload.ledger_code)
    return [
        Sighting(
            syspro_key=payload.ledger_code,
            is_ours=True,
            is_equal=row["Description"] == payload.description
            and row["AccountType"] == payload.account_type,
        )
        for row in await books.all_rows("GenMaster", _ACCOUNT, by_code)
        if same_key(row["Company"], payload.company)
    ]
