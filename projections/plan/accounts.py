"""From an account of Procurify to a ledger code that SYSPRO lets us post to. Pure."""

from engine.core.mapping import account_keys
from projections.facts import Facts, syspro_fact
from projections.plan.company import Company, mapped, require_read
from projections.plan.outcomes import hold
from projections.syspro_rows import cell


def ledger_code_of(
    facts: Facts, company: Company, account: str, department: str, *, what: str, reason: str
) -> str:
    """The open ledger code of an account; held for `reason` where none is mapped."""
    if not account:
        hold(reason, f"{what}: no account code")
    keys = account_keys(account, department)
    targets = (mapped(facts, company, "account", key) for key in keys)
    target = next((found for found in targets if found), "")
    if not target:
        hold(reason, f"{what}: account {keys[0]} is not mapped")
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
