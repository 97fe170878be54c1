"""From an account of Procurify to a ledger code that SYSPRO lets us post to. Pure."""

from projections.facts import Facts, syspro_fact
from projections.plan.company import Company, mapped, require_read
from projections.plan.outcomes import hold, hold_unmapped
from projections.syspro_rows import cell


def ledger_code_of(
    facts: Facts,
    company: Company,
    account: str,
    department: str,
    *,
    what: str,
    reason: str,
    item: str = "",
) -> str:
    """The open ledger code of an account; held for `reason` where none is mapped.

    `item`: the id of the order item or bill item that is charged.
    """
    use = company.account_use(account, department, item)
    targets = (mapped(facts, company, "account", key) for key in use.lookup_keys())
    target = next((found for found in targets if found), "")
    if not target and not account:
        hold(reason, f"{what}: no account code")
    if not target:
        hold_unmapped(reason, "account", use.key, f"{what}: account {use.key} is not mapped")
    return open_ledger_code(facts, company, target, what)


def open_ledger_code(facts: Facts, company: Company, code: str, what: str) -> str:
    """The code itself, if SYSPRO has it, not on hold and not as a control account."""
    row = facts.get(syspro_fact("ledger", company.name, code))
    if row is None:
        require_read(facts, company, "ledger_code")
        hold("GL_CLOSED", f"{what}: SYSPRO has no ledger code {code}")
    if cell(row, "AccOnHldFlag") == "Y":
        hold("GL_CLOSED", f"{what}: ledger code {code} is on hold")
    if cell(row, "ControlAccFlag") == "Y":
        hold("GL_CLOSED", f"{what}: ledger code {code} is a control account")
    return code
