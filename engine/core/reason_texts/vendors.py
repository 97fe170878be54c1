"""The texts of holds on vendors, and on what needs a supplier. Pure."""

from engine.core.reason_texts.entry import (
    BUYER,
    PAYABLES,
    SETUP,
    Texts,
    acceptable,
    business,
    conflict,
    wrong,
)

HELD_TEXTS: Texts = {
    "VENDOR_UNMAPPED": wrong(
        "The vendor is no supplier of SYSPRO yet, and the engine may not create suppliers.",
        "No mapping, no external id that names a supplier, and create_suppliers is off.",
        SETUP,
        "Approve a vendor mapping, or set create_suppliers.",
    ),
    "VENDOR_NOT_ELIGIBLE": business(
        "The vendor is inactive or not of a type that becomes a supplier.",
        "Only active vendors of type other, preferred or regular are carried to SYSPRO.",
        BUYER,
        "Activate the vendor in Procurify, or map it to an existing supplier.",
    ),
    "VENDOR_INACTIVE": acceptable(
        business(
            "The vendor was deactivated in Procurify, or is gone.",
            "It keeps its supplier, and nothing new is sent for it.",
            BUYER,
            "Activate the vendor, or choose another; `release --accept` sends this document.",
        )
    ),
    "VENDOR_LOOKS_KNOWN": acceptable(
        conflict(
            "The vendor has the name of one that is known already.",
            "A supplier of SYSPRO, or an earlier vendor of Procurify, is called so; the detail "
            "names it.",
            SETUP,
            "Approve a vendor mapping to the supplier; if it is another one, `release --accept` "
            "creates it.",
        )
    ),
    "SUPPLIER_LOOKS_KNOWN": acceptable(
        conflict(
            "The supplier has the name of a vendor that Procurify has already.",
            "Neither a mapping nor an external id says that they are one; the detail names it.",
            SETUP,
            "Approve a vendor mapping if they are one; if not, `release --accept` adds a vendor.",
        )
    ),
    "VENDOR_CODE_DIFFERS": acceptable(
        conflict(
            "The supplier's code cannot be written to the vendor as it stands.",
            "The vendor's external id says something else, or its supplier has different codes in "
            "several companies; the detail gives them.",
            SETUP,
            "Empty the external id in Procurify, or write the codes of one company only; "
            "`release --accept` overwrites the id that is there.",
        )
    ),
    "VENDOR_MISSING": wrong(
        "The document names no vendor.",
        "Procurify delivered it without one.",
        BUYER,
        "Choose a vendor in Procurify.",
    ),
    "SUPPLIER_UNKNOWN": wrong(
        "The vendor is mapped to a supplier that SYSPRO does not have.",
        "The mapping's target was not found when SYSPRO's suppliers were last read.",
        SETUP,
        "Correct the mapping, or create the supplier in SYSPRO.",
    ),
    "SUPPLIER_CODE_TAKEN": conflict(
        "The supplier code that the rule gives belongs to another supplier.",
        "SYSPRO has that code under a different name.",
        SETUP,
        "Approve a vendor mapping to the right supplier, or change supplier_prefix.",
    ),
    "SUPPLIER_ON_HOLD": business(
        "The supplier is on hold in SYSPRO.",
        "SYSPRO refuses new order lines for suppliers on hold.",
        PAYABLES,
        "Release the supplier in SYSPRO; the document goes on by itself.",
    ),
    "SUPPLIER_NO_ORDERS": business(
        "The supplier does not allow purchase orders in SYSPRO.",
        "Its flag PurchOrdAllowed is N.",
        PAYABLES,
        "Allow purchase orders for the supplier, or map the vendor to another one.",
    ),
    "TERMS_UNMAPPED": wrong(
        "No payment terms are known for the supplier to be created.",
        "The vendor's payment term is not mapped and supplier_terms is empty.",
        SETUP,
        "Approve a terms mapping, or set supplier_terms.",
    ),
}
