"""The ApInvoice row of a new invoice in APSTIN, and the balance that every entry must keep.

The balance (a decision, as the texts do say that an undistributed amount is refused but not how):

    sum(LedgerValue of every LedgerDistribution, tax-only lines included)
    + sum(values of the GRN matches)
    + TaxValue + SecondTaxValue (absent = 0)          == TransactionValue, exactly.

Under TaxBasis I ledger values and matches include the tax, so the two tax values are not added.

FreightCharge and MiscellaneousCharge are not added: their accounts and values are given in
LedgerDistribution. With AutomaticTaxCalculation Y the tax is computed instead: header TaxCode's
rate on ledger values plus matches, rounded to the cent, when TaxBasis is E; nothing when it is I;
the difference may then be up to PermissibleTaxVariance. Without distribution of tax in the setup
(method N) tax elements count for nothing. All values are in the supplier's currency, save
LedgerValue under LedgerDistributionCurrency L (the default) for a foreign supplier: those are
local, and the comparison is made in local currency at the invoice's rate, rounded to the cent.
Pure but for the ledger it reads.
"""

from datetime import date
from decimal import Decimal

from engine.sandbox.syspro import digits, invented
from engine.sandbox.syspro.calls import Call
from engine.sandbox.syspro.fields import Fields
from engine.sandbox.syspro.ledger import Ledger, cents, number, text
from engine.sandbox.syspro.periods import Period
from engine.sandbox.syspro.tables import Row


def due_date(terms: str, invoice_date: date) -> date:
    """The invoice date plus the days that a numeric terms code names (a decision)."""
    return digits.days_after(invoice_date, digits.whole(terms) or 0)


def invoice_row(call: Call, fields: Fields, supplier: Row, period: Period) -> Row:
    """The row of a new invoice; faults are collected."""
    ledger = call.ledger
    value = fields.number("TransactionValue", 12, 2) or Decimal(0)
    if value == 0:
        fields.fault(invented.ZERO_INVOICE, "TransactionValue", "")
    elif value < 0:
        fields.fault(invented.NEGATIVE_INVOICE, "TransactionValue", str(value))
    branch = fields.text("Branch", 10, default=text(supplier["Branch"]))
    fields.known("Branch", branch, ledger.tables["ApBranch"], invented.BRANCH_NOT_FOUND)
    currency = text(supplier["Currency"]) or ledger.local_currency
    rate = entry_rate(ledger, fields, currency)
    parameters = Fields(call.parameters.path("Parameters"), fields.faults)
    today = ledger.today()
    on = fields.day("InvoiceDate", today) or today
    due = fields.day("DueDate") or parameters.day("DefaultDueDate")
    discount_on = fields.day("DiscountDate") or parameters.day("DefaultDiscountDate")
    tax_codes = [fields.text(name, 3) for name in ("TaxCode", "SecondTaxCode")]
    for name, code in zip(("TaxCode", "SecondTaxCode"), tax_codes, strict=True):
        fields.known(name, code, ledger.tables["AdmTax"], invented.TAX_NOT_FOUND)
    rate_row = ledger.tables["TblCurrency"].get((currency,), {})
    discount = discount_value(fields)
    return {
        "Supplier": supplier["Supplier"],
        "Invoice": fields.text("Invoice", 20),
        "NextPaymEntry": Decimal(2),
        "JournalDate": today,
        "Branch": branch,
        "InvoiceDate": on,
        "DiscountDate": discount_on or on,
        "DueDate": due or due_date(text(supplier["TermsCode"]), on),
        "Reference": fields.text("TransactionReference", 30),
        "OrigInvValue": value,
        "OrigDiscValue": discount,
        "DiscActiveFlag": "Y" if discount else "",
        "Currency": currency,
        "Bank": text(supplier["Bank"]),
        "InvoiceYear": Decimal(period.year),
        "InvoiceMonth": Decimal(period.month),
        "ExchangeRate": rate,
        "OrigInvRate": rate,
        "FirstTaxCode": tax_codes[0],
        "SecondTaxCode": tax_codes[1],
        "CurrencyValue": value,
        "PostCurrency": currency,
        "ConvRate": rate,
        "MulDiv": text(rate_row.get("BuyMulDiv")) or "M",
        "EntryNumber": Decimal(1),
        "FixExchangeRate": fields.choice("FixedExchRate", "YN", "N"),
    }


def entry_rate(ledger: Ledger, fields: Fields, currency: str) -> Decimal:
    """The rate of an entry: the one given for a foreign currency, else that of the table.

    With a fixed rate the one given must equal it (syspro.md §3.4); for the local currency what is
    given is ignored.
    """
    row = ledger.tables["TblCurrency"].get((currency,), {})
    stored = number(row.get("BuyExchangeRate")) or Decimal(1)
    if currency == ledger.local_currency:
        return stored
    given = fields.number("ExchRateAtEntry", 6, 6)
    if given and row.get("FixedRate") == "Y" and given != stored:
        shown = f"{given:f}"
        fields.fault(invented.FIXED_RATE, "ExchRateAtEntry", shown, shown, str(stored), currency)
    return given or stored


def discount_value(fields: Fields) -> Decimal:
    """The discount: a percentage of DiscountableValue or a value; terms give none here."""
    base = fields.number("DiscountableValue", 12, 2) or Decimal(0)
    share = fields.number("DiscountPercentageValue", 12, 2) or Decimal(0)
    match fields.choice("DiscountBasis", "TPV", "T"):
        case "P":
            return cents(base * share / 100)
        case "V":
            return share
        case _:
            return Decimal(0)


def find_balance(
    call: Call, fields: Fields, row: Row, value: Decimal, *, matched: Decimal, ledger_lines: Decimal
) -> None:
    """A fault is noted unless what is distributed equals the transaction value."""
    ledger = call.ledger
    currency, rate = text(row["Currency"]), number(row["ExchangeRate"])
    is_foreign_ledger = call.parameter("LedgerDistributionCurrency", "L") == "F"
    is_local_ledger = currency != ledger.local_currency and not is_foreign_ledger
    entered = Decimal(0)
    is_inclusive = fields.choice("TaxBasis", "EI", "E") == "I"
    if ledger.payables.tax_method != "N" and not is_inclusive:
        for name in ("TaxValue", "SecondTaxValue"):
            entered += fields.number(name, 12, 2) or Decimal(0)
    if is_local_ledger:
        value = cents(ledger.local_value(currency, value, rate))
        matched = cents(ledger.local_value(currency, matched, rate))
        entered = cents(ledger.local_value(currency, entered, rate))
    allowed = Decimal(0)
    if call.parameter("AutomaticTaxCalculation", "N") == "Y" and ledger.payables.tax_method != "N":
        entered = _computed_tax(ledger, fields, matched + ledger_lines)
        allowed = digits.decimal(call.parameter("PermissibleTaxVariance", "0")) or allowed
    total = matched + ledger_lines + entered
    if abs(total - value) > allowed:
        fields.fault(
            invented.UNDISTRIBUTED, "TransactionValue", str(value), f"{value:.2f}", f"{total:.2f}"
        )


def _computed_tax(ledger: Ledger, fields: Fields, net: Decimal) -> Decimal:
    if fields.choice("TaxBasis", "EI", "E") == "I":
        return Decimal(0)
    code = fields.text("TaxCode", 3) or ledger.payables.default_tax_code
    rate = ledger.tables["AdmTax"].get((code,), {}).get("CurTaxRate")
    return cents(net * number(rate) / 100)
