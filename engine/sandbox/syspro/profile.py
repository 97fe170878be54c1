"""GetLogonProfile: who the session belongs to and what the company is set up with.

Children are those of syspro.md §2, in that order; that the root has no attributes is unverified.
Pure but for the ledger it reads.
"""

from engine.sandbox.syspro.ledger import Ledger, text
from engine.sandbox.syspro.replies import plain_document


def logon_profile(ledger: Ledger, operator: str, enet_version: str) -> str:
    """The UserInfo document of an operator's session."""
    currency = ledger.tables["TblCurrency"].get((ledger.local_currency,), {})
    branch = next(ledger.tables["ApBranch"].in_order(), {})
    bank = next(ledger.tables["ApBank"].in_order(), {})
    warehouse = next(ledger.tables["InvWhControl"].in_order(), {})
    today = ledger.today().isoformat()
    return plain_document(
        "UserInfo",
        (
            ("CompanyName", ledger.company_name),
            ("OperatorCode", operator),
            ("OperatorGroup", "ENET"),
            ("OperatorEmailAddress", ""),
            ("OperatorLocation", ""),
            ("OperatorLanguageCode", "05"),
            ("SystemLanguage", "EN"),
            ("AccountingDate", today),
            ("CompanyDate", today),
            ("DefaultArBranch", ""),
            ("DefaultApBranch", text(branch.get("Branch"))),
            ("DefaultBank", text(bank.get("Bank"))),
            ("DefaultWarehouse", text(warehouse.get("Warehouse"))),
            ("DefaultCustomer", ""),
            ("SystemSiteId", "SANDBOX"),
            ("SystemNationalityCode", ""),
            ("LocalCurrencyCode", ledger.local_currency),
            ("CurrencyDescription", text(currency.get("Description"))),
            ("DefaultRequisitionUser", ""),
            ("XMLToHTMLTransform", "1"),
            ("CssStyle", ""),
            ("CssSuffix", ""),
            ("DecimalFormat", "1"),
            ("DateFormat", "01"),
            ("FunctionalRole", "01"),
            ("DatabaseType", "SQL"),
            ("SysproVersion", enet_version),
            ("EnetVersion", enet_version),
            ("SysproServerBitWidth", "32"),
        ),
    )
