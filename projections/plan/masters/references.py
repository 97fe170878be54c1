"""Reference data made on the side that lacks it: account codes, departments, ledger codes. Pure.

Aligned by code: what is mapped, or is called the same on the other side, is there. A ledger code
becomes an account code of Procurify, a warehouse a department (that is what departments are mapped
to), an account code of Procurify a ledger code of SYSPRO, each where the company's policy says so.
What is made is never changed or removed.
"""

from collections.abc import Mapping

from engine.core.commands import LedgerCodeAdd, Payload, ProcurifyPayload
from engine.core.commands.ledger import AccountType
from engine.core.commands.procurify import AccountCodeAdd, DepartmentAdd, procurify_addressee
from engine.core.keys import ACCOUNT_CODE, DocumentKey, external_key
from engine.core.mapping import mapping_fact
from projections.decisions import Decision
from projections.facts import (
    Facts,
    source_fact,
    syspro_fact,
    text_of,
    written_back_fact,
    written_fact,
)
from projections.mappings import target_in
from projections.plan.company import Company, mapped, open_company, require_read, today
from projections.plan.outcomes import Draft, Planned, hold, settle, wait
from projections.plan.texts import fitting
from projections.plan.written import settle_written
from projections.reference_rows import aimed_fact, listed, named_fact
from projections.references import DOMAIN, read_fact
from projections.syspro_rows import cell

_TYPES: Mapping[str, int] = {"A": 0, "L": 1, "E": 2, "R": 3, "C": 4}
"""SYSPRO's account type → Procurify's (procurify.md §5: 0 assets … 4 equity)."""
_LETTERS: Mapping[int, AccountType] = {0: "A", 1: "L", 2: "E", 3: "R", 4: "C"}


def draft_reference(facts: Facts, document: DocumentKey) -> Draft:
    """The row's words; a revision is what the thing is called."""
    fact = facts.get(source_fact(document))
    if document.kind == ACCOUNT_CODE:
        company = document.id.partition("/")[0]
        code, said = text_of(fact, "code"), text_of(fact, "description")
    else:
        company = document.source
        code = cell(fact, "GlCode") or cell(fact, "Warehouse")
        said = cell(fact, "Description")
    sort = document.kind.replace("_", " ")
    return Draft(
        number=f"{sort} {code or document.id}", revision=f"{code}: {said}", company=company
    )


def plan_ledger_code(
    facts: Facts, document: DocumentKey, draft: Draft, decision: Decision
) -> Planned:
    """The account code that Procurify lacks of a ledger code."""
    company = open_company(facts, document.source)
    _require_on(company.policy.create_account_codes)
    row = facts.get(source_fact(document))
    if row is None or "Y" in (cell(row, "ControlAccFlag"), cell(row, "AccOnHldFlag")):
        settle("not_eligible", "NOT_READY")
    domain, code = _domain(facts, "account_codes"), cell(row, "GlCode")
    is_there = facts.get(named_fact("account_code", domain, code)) is not None
    if is_there or _is_aimed(facts, company, "account", code):
        settle("in_procurify")
    payload = AccountCodeAdd(
        code=code,
        description=cell(row, "Description") or code,
        account_type=_TYPES.get(cell(row, "AccountType")),
    )
    _settle_made(facts, document, "account_code_add")
    return _approved(
        company.policy.create_account_codes, decision, _planned(payload, draft, domain)
    )


def plan_warehouse(
    facts: Facts, document: DocumentKey, draft: Draft, decision: Decision
) -> Planned:
    """The department that Procurify lacks of a warehouse, in the location that the policy names."""
    company = open_company(facts, document.source)
    _require_on(company.policy.create_departments)
    row = facts.get(source_fact(document))
    if row is None:
        settle("not_eligible", "NOT_READY")
    domain, code = _domain(facts, "departments"), cell(row, "Warehouse")
    name = cell(row, "Description") or code
    is_there = facts.get(named_fact("department", domain, name)) is not None
    if is_there or _is_aimed(facts, company, "department", code):
        settle("in_procurify")
    _settle_made(facts, document, "department_add")
    payload = DepartmentAdd(
        branch=int(company.policy.departments_location), name=name, external_id=code
    )
    return _approved(company.policy.create_departments, decision, _planned(payload, draft, domain))


def plan_account_code(
    facts: Facts, document: DocumentKey, draft: Draft, decision: Decision, tenant: str
) -> Planned:
    """The ledger code that a company lacks of an account code."""
    company = open_company(facts, document.id.partition("/")[0])
    _require_on(company.policy.create_ledger_codes)
    written = facts.get(written_fact(document))
    if written is not None:
        settle_written(written)
    fact = facts.get(source_fact(document))
    code = text_of(fact, "code")
    if fact is None or fact.get("is_active") is not True or not code:
        settle("not_eligible", "NOT_READY")
    require_read(facts, company, "ledger_code")
    keys = listed(facts.get(f"accounts_of:{code}"), "keys")
    is_mapped = any(mapped(facts, company, "account", key) for key in keys)
    if is_mapped or facts.get(syspro_fact("ledger", company.name, code)) is not None:
        settle("in_syspro")
    kind = fact.get("type")
    letter = _LETTERS.get(kind) if isinstance(kind, int) else None
    if letter is None:
        hold("ACCOUNT_TYPE_UNKNOWN", f"account code {code}")
    key = external_key(tenant, document)
    planned = Planned(
        payload=LedgerCodeAdd(
            company=company.name,
            ledger_code=fitting("ledger code", code, 35),
            description=fitting("description", text_of(fact, "description") or code, 50),
            account_type=letter,
        ),
        action="add",
        part="ledger code",
        revision=draft.revision,
        external_key=key,
        company=company.name,
    )
    return _approved(company.policy.create_ledger_codes, decision, planned)


def _require_on(want: str) -> None:
    if want == "off":
        settle("off")


def _domain(facts: Facts, resource: str) -> str:
    """Procurify's domain, once its list was read completely."""
    domain = text_of(facts.get(DOMAIN), "source")
    needed = read_fact(domain, resource) if domain else DOMAIN
    if facts.get(needed) is None:
        wait("REFERENCE_NOT_READ", on=(needed,))
    return domain


def _is_aimed(facts: Facts, company: Company, kind: str, target: str) -> bool:
    """Whether a word of Procurify is mapped to the target today."""
    keys = listed(facts.get(aimed_fact(kind, target)), "keys")
    day = today(facts) if keys else None
    found = (target_in(facts.get(mapping_fact(kind, key)), company.name, day) for key in keys)
    return target in found


def _settle_made(facts: Facts, document: DocumentKey, type_: str) -> None:
    """What Procurify took from us is there, whether or not its list shows it yet."""
    if facts.get(written_back_fact(document, type_)) is not None:
        settle("in_procurify")


def _planned(payload: Payload | ProcurifyPayload, draft: Draft, domain: str) -> Planned:
    return Planned(
        payload=payload,
        action="add",
        part=draft.number.rpartition(" ")[0],
        revision=draft.revision,
        external_key="",
        company=procurify_addressee(domain),
    )


def _approved(want: str, decision: Decision, planned: Planned) -> Planned:
    if want == "approve" and decision.approved != planned.revision:
        hold("NEEDS_APPROVAL", planned.action)
    return planned
