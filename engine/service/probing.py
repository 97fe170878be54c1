"""The conformance probe of a company's site: run in its test company, kept as events.

`ProbeBegan` says that a probe is about to post there, `ProbeFinished` tells what became of its
documents and of every assumption; `probed` reads what the last one is worth.
"""

from contextlib import suppress
from dataclasses import replace

from engine.config import CompanyTable, Policy, TenantTable
from engine.core.canonical import JsonObject
from engine.core.events import Event, NewEvent
from engine.core.probes import COMPANY_FIELDS, probe_stream
from engine.db import check_settings
from engine.errors import EngineError, Misconfigured
from engine.log.contract import Author, Log
from engine.service.company import open_company
from engine.service.foundation import Foundation
from engine.service.observers import SysproObserver
from engine.service.sides import test_company_settings
from engine.service.visits import lease_now
from engine.syspro.probe import Bench, Finding, Probe, Probed, Rules
from engine.telemetry import Metrics
from engine.vault import Vault

ORDERS = 3


async def probe_site(
    ground: Foundation,
    vault: Vault,
    tenant: TenantTable,
    company: CompanyTable,
    *,
    actor: str,
    orders: int = ORDERS,
) -> JsonObject:
    """The site was probed in the company's test company, and the outcome is in the log.

    The body of the `ProbeFinished`. Raises `Misconfigured` where no test company is named, `Busy`
    while an engine works as the operator, and what kept the site from answering, after that too
    is in the log.
    """
    if not company.test_company:
        raise Misconfigured(
            f"{company.company} names no test_company: a probe posts documents, so the company of "
            "the same site that they may go into has to be said"
        )
    author = Author(actor=actor, run_id=ground.run_id, correlation=ground.run_id)
    observer = SysproObserver(
        Metrics(), tenant.name, company.company, company.operator, lambda _: None
    )
    settings = test_company_settings(vault, tenant, company)
    async with (
        lease_now(ground, tenant.name, f"lane:{company.operator}") as lease,
        open_company(
            ground, vault, tenant, company, lease=lease, observer=observer, settings=settings
        ) as opened,
    ):
        bench = Bench(opened.transport, opened.keeper, opened.store, lease.epoch)
        probe = Probe(
            bench,
            ground.clock,
            _rules(company.policy),
            tenant=tenant.name,
            run_id=ground.run_id,
            orders=orders,
        )
        await _append(ground.log, tenant.name, company, "ProbeBegan", {}, author)
        try:
            found = await probe.run()
        except EngineError as error:
            body = {**_body(company, probe.so_far), "result": "failed", "text": str(error)[:500]}
            with suppress(EngineError):
                await _append(ground.log, tenant.name, company, "ProbeFinished", body, author)
            raise
        log_finding = await keeps_appends(ground)
        whole = replace(found, findings=(*found.findings, log_finding))
        finished = await _append(
            ground.log, tenant.name, company, "ProbeFinished", _body(company, whole), author
        )
    assert finished.body is not None
    return finished.body


def _rules(policy: Policy) -> Rules:
    return Rules(
        product_class=policy.product_class,
        unit=policy.default_unit,
        branch=policy.supplier_branch,
        terms_code=policy.supplier_terms,
        bank=policy.supplier_bank,
    )


async def keeps_appends(ground: Foundation) -> Finding:
    """A4: the server's settings keep what was committed; the append compares by construction."""
    faults = await check_settings(ground.database)
    said = "; ".join(faults)
    done = "the server's settings keep what is committed"
    return Finding(name="A4", result="failed" if said else "passed", text=said or done)


def _body(company: CompanyTable, found: Probed) -> JsonObject:
    """What the event says; another company's name and currency are not the company's own."""
    body = dict(found.plain())
    if company.test_company != company.company:
        body["site"] = {
            name: value for name, value in found.site.items() if name not in COMPANY_FIELDS
        }
    return body


async def _append(
    log: Log, tenant: str, company: CompanyTable, kind: str, body: JsonObject, author: Author
) -> Event:
    where: JsonObject = {"company": company.company, "test_company": company.test_company}
    event = NewEvent(stream=probe_stream(company.company), type=kind, body={**where, **body})
    (appended,) = await log.append(tenant, [event], author=author)
    return appended
