"""The values that the flags in XmlParameters may have, by business object.

From the schemas (syspro.md §3, elements.json); those of PORTOS and INVSWS are the common parameters
of §3.0. That another value refuses the whole call, and with which words, is a decision: nobody has
told what SYSPRO does with one. A parameter that stands here under no object is not looked at. Pure.
"""

from typing import Final

from engine.sandbox.syspro import invented
from engine.sandbox.syspro.elements import Element
from engine.sandbox.syspro.refusals import Refused

_COMMON: Final = "ValidateOnly:NY ApplyIfEntireDocumentValid:YN"
_ALLOWED: Final = {
    "PORTOI": "ValidateOnly:YN IgnoreWarnings:NYW AllowNonStockItems:NYS AllowZeroPrice:NY "
    "ValidateWorkingDays:NPA AllowPoWhenBlanketPo:NY FixedExchangeRate:NY AllowBlankLedgerCode:YN "
    "CalcDueDate:NY InsertDangerousGoodsText:NY InsertAdditionalPOText:NY "
    "OutputItemforDetailLines:NY",
    "PORTOR": f"{_COMMON} IgnoreWarnings:NYW GRNMatchingAction:AR ManualSerialTransfersAllowed:NY",
    "PORTOS": f"{_COMMON} IgnoreWarnings:NYW WarnIfSupplierOnHold:NY StatusInProcess:NY",
    "APSTIN": f"{_COMMON} IgnoreWarnings:NYW PostZeroAdjustments:NY LedgerDistributionCurrency:LF "
    "AutomaticTaxCalculation:NY IgnoreAnalysis:YN",
    "APSTRI": "IgnoreWarnings:NY",
    "APSSSP": f"{_COMMON} IgnoreWarnings:YN",
    "COMSFM": "ValidateOnly:YN",
    "COMTFM": _COMMON,
    "INVSWS": f"{_COMMON} IgnoreWarnings:NYW",
}
ALLOWED: Final = {
    name: dict(spec.split(":") for spec in specs.split()) for name, specs in _ALLOWED.items()
}
"""Letters by parameter by business object."""


def check(business_object: str, parameters: Element) -> None:
    """Every flag has a value of its schema or none; raises `Refused` for the first that has not."""
    given = parameters.path("Parameters")
    for name, letters in ALLOWED.get(business_object, {}).items():
        value = given.value(name)
        if value and value not in tuple(letters):
            raise Refused(invented.NOT_ALLOWED.text.format(value, name))
