"""The texts of holds that any document may meet. Pure."""

from engine.core.reason_texts.entry import (
    BUYER,
    FINANCE,
    PAYABLES,
    SETUP,
    SYSPRO_SIDE,
    Texts,
    acceptable,
    business,
    config,
    conflict,
    wrong,
)

HELD_TEXTS: Texts = {
    "NO_COMPANY": config(
        "No SYSPRO company is set up for this tenant.",
        "The log holds no policy of a company.",
        SETUP,
        "Name a company under [[tenants.companies]] and start the service again.",
    ),
    "COMPANY_CHANGED": conflict(
        "The SYSPRO company is not the one that it was.",
        "Its logon profile differs, or the last order that we read back is gone: it may have been "
        "restored from a backup, or be a test copy. Nothing is written to it.",
        SYSPRO_SIDE,
        "Find out which company it is; if it is the right one, say so with `confirm`.",
    ),
    "MISSING_IN_SYSPRO": acceptable(
        conflict(
            "SYSPRO does not have what it took from us.",
            "The company was confirmed after it changed, and what was written before is not there "
            "any more; a restored backup may be older than it.",
            SYSPRO_SIDE,
            "Enter it again in SYSPRO under its number, or `release --accept` leaves it as it is.",
        )
    ),
    "COMPANY_UNMAPPED": wrong(
        "Nothing says which SYSPRO company the document is for.",
        "Several companies are set up, and its location or department is mapped to none of them.",
        SETUP,
        "Approve a company mapping for the location, or for department:<name>.",
    ),
    "SOURCE_UNREADABLE": wrong(
        "Procurify's document cannot be read as its interface describes it.",
        "A field is missing or is of another type than documented; the detail names its path.",
        SETUP,
        "Look at the document in Procurify and correct it; it is planned again when it changes.",
    ),
    "FIELD_TOO_LONG": wrong(
        "A text is longer than SYSPRO's field, and shortening it would change its meaning.",
        "The detail names the field, its width and the length.",
        BUYER,
        "Shorten it in Procurify.",
    ),
    "NOT_IN_CODE_PAGE": wrong(
        "A text holds characters that SYSPRO cannot keep.",
        "SYSPRO takes Windows-1252 only; the detail names the field and the characters.",
        BUYER,
        "Spell it in Latin letters in Procurify, or map the vendor to an existing supplier.",
    ),
    "CURRENCY_UNMAPPED": wrong(
        "The currency has no counterpart in SYSPRO.",
        "No currency mapping, and SYSPRO has no currency of that code.",
        SETUP,
        "Approve a currency mapping, or add the currency in SYSPRO.",
    ),
    "CURRENCY_MISMATCH": business(
        "The document's currency is not the supplier's.",
        "A supplier of SYSPRO has one currency, and documents always take it.",
        BUYER,
        "Correct the currency in Procurify, or map the vendor to a supplier in that currency.",
    ),
    "NO_LINES": wrong(
        "The document has no line to post.",
        "Every line is inactive, denied or of quantity zero.",
        BUYER,
        "Correct the lines in Procurify.",
    ),
    "ACCOUNT_TYPE_UNKNOWN": wrong(
        "An account code cannot become a ledger code, for its type has no counterpart.",
        "Procurify calls its type other, or gives none.",
        FINANCE,
        "Set its type in Procurify, create the ledger code in SYSPRO, or map the account.",
    ),
    "LINE_NO_ACCOUNT": wrong(
        "A line has no ledger code.",
        "Its account code is missing or not mapped; the detail names it.",
        SETUP,
        "Approve an account mapping; every document with that account goes on by itself.",
    ),
    "GL_CLOSED": business(
        "The ledger code cannot be posted to.",
        "SYSPRO does not have it, has it on hold, or keeps it as a control account.",
        FINANCE,
        "Open the ledger code in SYSPRO, or map the account to another one.",
    ),
    "TAX_UNMAPPED": wrong(
        "A tax has no tax code in SYSPRO.",
        "No tax mapping of that name; the detail names it.",
        SETUP,
        "Approve a tax mapping.",
    ),
    "TAX_SEVERAL": wrong(
        "A line carries several taxes.",
        "SYSPRO takes one tax code a line.",
        FINANCE,
        "Map the names joined by +, in alphabetical order, to one combined tax code.",
    ),
    "TAX_NO_ACCOUNT": wrong(
        "The tax code has no ledger code for payables.",
        "The tax code is not in SYSPRO, or its ApTaxGlCode is empty.",
        FINANCE,
        "Complete the tax code in SYSPRO.",
    ),
    "TOTAL_MISMATCH": wrong(
        "The parts of the document do not add up to its total.",
        "Lines, charges, tax and total differ by more than the tolerance; see the detail.",
        PAYABLES,
        "Correct the document in Procurify.",
    ),
    "WAITS_FOR_HELD": wrong(
        "The document waits only for others that are held.",
        "Its vendor or order is held; the detail names it.",
        "whoever acts on the other document",
        "Resolve the other document; this one goes on by itself.",
    ),
}
