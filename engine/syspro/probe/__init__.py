"""A conformance probe: does this SYSPRO do what resolving a doubt rests on (reliability.md §4.2)?

Posts a few small documents into a test company, the same way as the engine posts, and asks about
each at once; ends sessions and tries their tokens; posts unique keys twice; then clears away what
can be cleared. Owns no table; whoever calls it holds the operator's lease and keeps the outcome.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date

from engine.clock import Clock
from engine.core.commands import (
    PurchaseOrderCancel,
    SupplierChange,
)
from engine.core.probes import COMPANY_FIELDS, SITE_FIELDS
from engine.errors import EngineError
from engine.syspro.books import Books
from engine.syspro.objects.answers import Posted
from engine.syspro.probe.bench import Bench
from engine.syspro.probe.checks import (
    ends_in_time,
    ends_sessions,
    forms_kept,
    refuses_a_second,
    sees_at_once,
    sends_once,
    together,
)
from engine.syspro.probe.findings import Finding, Probed
from engine.syspro.probe.trials import Rules, Trials, ground_of
from engine.syspro.transport_self_test import self_test

__all__ = ["Bench", "Finding", "Probe", "Probed", "Rules"]


class Probe:
    """One probe of one site. What it has found and made so far is there even if it breaks off."""

    def __init__(
        self, bench: Bench, clock: Clock, rules: Rules, *, tenant: str, run_id: str, orders: int
    ) -> None:
        """`orders`: how many orders are posted and looked for at once, at least one."""
        self._bench = bench
        self._clock = clock
        self._rules = rules
        self._tenant = tenant
        self._run_id = run_id
        self._orders = max(1, orders)
        self._site: Mapping[str, str] = {}
        self._forms: Mapping[str, bool] = {}
        self._findings: list[Finding] = []

    @property
    def so_far(self) -> Probed:
        """What was found, measured and made until now."""
        return Probed(
            findings=tuple(self._findings),
            made=tuple(self._bench.made),
            posts=len(self._bench.seconds),
            longest_s=max(self._bench.seconds, default=0.0),
            forms=self._forms,
            site=self._site,
        )

    async def run(self) -> Probed:
        """Every assumption was put to the test, and what could be cleared away is.

        Raises what kept the site from answering at all.
        """
        bench = self._bench
        trials = await self._prepared()
        try:
            await self._posted(trials)
            self._findings.append(await ends_sessions(bench, trials))
            self._forms = await forms_kept(bench, trials)
            drain_s = bench.transport.settings.drain_s
            self._findings.append(ends_in_time(bench.seconds, drain_s))
            self._findings.append(await sends_once(self_test))
        finally:
            await self._cleared(trials)
        return self.so_far

    async def _prepared(self) -> Trials:
        settings = self._bench.transport.settings
        async with self._bench.keeper.exclusive() as session:
            profile = await self._bench.transport.get_logon_profile(session.token)
            books = Books(self._bench.transport, session.token)
            on = _day(profile.get("CompanyDate", "")) or self._clock.now().date()
            currency = settings.local_currency
            ground = await ground_of(books, settings.company, currency, self._rules, on)
        self._site = {name: profile.get(name, "") for name in (*SITE_FIELDS, *COMPANY_FIELDS)}
        return Trials(self._tenant, self._run_id, ground, self._rules)

    async def _posted(self, trials: Trials) -> None:
        """One document of each kind is posted and looked for; the unique ones twice."""
        seen: list[str] = []
        unique: list[str] = []
        supplier = trials.supplier()
        accepted, fault = await sees_at_once(self._bench, self._clock, supplier)
        seen.append(fault)
        if accepted is not None:
            trials.supplier_code = supplier.supplier
            unique.append(await refuses_a_second(self._bench, supplier))
        for _ in range(self._orders):
            seen.append((await sees_at_once(self._bench, self._clock, trials.order()))[1])
        invoice = trials.invoice()
        accepted, fault = await sees_at_once(self._bench, self._clock, invoice)
        seen.append(fault)
        if accepted is not None:
            unique.append(await refuses_a_second(self._bench, invoice))
            credit = trials.credit(invoice)
            accepted, fault = await sees_at_once(self._bench, self._clock, credit)
            seen.append(fault)
            if accepted is not None:
                self._note(invoice.external_key, "credited")
                self._note(credit.external_key, "credits it")
        many = f"{len(seen)} documents were each seen at once, under their keys, as sent"
        self._findings.append(together("A3", seen, many))
        done = "a second supplier and a second invoice under one key were refused"
        self._findings.append(together("U", unique or ["no document of the class went in"], done))
        alone = "no document was there under a new key"
        taken = [fault for fault in seen if "already" in fault]
        self._findings.append(together("A5", taken, alone))

    async def _cleared(self, trials: Trials) -> None:
        """Orders are cancelled, the supplier is on hold; what SYSPRO will not clear is listed."""
        with suppress(EngineError):
            await self._clear(trials)
        kept = [made for made in self._bench.made if made.type.endswith("_add")]
        self._bench.made[:] = kept

    async def _clear(self, trials: Trials) -> None:
        for made in list(self._bench.made):
            if made.type == "purchase_order_add":
                cancel = PurchaseOrderCancel(
                    purchase_order=made.syspro_key,
                    supplier=trials.supplier_code,
                    external_key=made.external_key,
                )
                if isinstance(await self._bench.post(cancel), Posted):
                    made.cleared = "cancelled"
        for made in list(self._bench.made):
            if made.type == "supplier_add":
                held = SupplierChange(supplier=made.syspro_key, is_on_hold=True)
                if isinstance(await self._bench.post(held), Posted):
                    made.cleared = "put on hold"

    def _note(self, external_key: str, cleared: str) -> None:
        for made in self._bench.made:
            if made.external_key == external_key:
                made.cleared = cleared


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
