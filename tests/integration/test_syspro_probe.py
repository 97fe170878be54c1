"""A probe posts into a sandbox SYSPRO and says which assumption it does not keep."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sandbox_syspro_site import Site, open_site, seeded_ledger
from syspro_office import MemorySessions, StillClock, office

from engine.errors import EngineError, Malformed
from engine.sandbox.syspro.faults_port import Action, Answer, Boundary, Context, Phase, Reset
from engine.syspro.probe import Bench, Probe, Probed, Rules
from engine.syspro.probe.checks import ends_in_time

RULES = Rules(product_class="NONS", unit="EA")
NAMES = ("A1", "A2", "A3", "A5", "A6", "U")
NO_ORDER = b"<PorMasterHdr><RowsReturned>0</RowsReturned></PorMasterHdr>"


class Untrue:
    """A site that does not do what one assumption says; `n` counts where it goes wrong."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.n = 0

    async def crossing(self, boundary: Boundary, phase: Phase, context: Context) -> Action | None:
        match self.kind, boundary, phase:
            case "keeps tokens", "syspro.logoff", "received":
                return Answer(body=b"0", content_type="application/octet-stream")
            case "keeps evicted tokens", "syspro.logon", "after_commit_before_reply":
                self._revive(context)
            case "reads late", "syspro.query", "received" if "PorMasterHdr" in context.document:
                self.n += 1
                if self.n == 2:
                    return Answer(body=NO_ORDER, content_type="application/octet-stream")
            case "takes a second", "syspro.setup", "received":
                suppliers = context.ledger.tables["ApSupplier"]
                for key in [key for key in suppliers if str(key[0]).startswith("PROBE")]:
                    del suppliers[key]
        return None

    def _revive(self, context: Context) -> None:
        """The session before is live beside the new one."""
        sessions = context.sessions
        known = sessions._by_token
        if self.n:
            known.update({token: one for token, one in self.before.items() if token not in known})
        self.n += 1
        self.before = dict(known)


@asynccontextmanager
async def probe_at(site: Site) -> AsyncIterator[Probe]:
    store = MemorySessions()
    async with office(site, store, drain_s=300.0) as desk:
        bench = Bench(desk.transport, desk.keeper, store, 1)
        yield Probe(bench, StillClock(), RULES, tenant="acme", run_id="run-1", orders=2)


async def probed(faults: Untrue | None = None) -> tuple[Probed, Site]:
    async with open_site(faults=faults) as site, probe_at(site) as probe:
        return await probe.run(), site


def results(found: Probed) -> dict[str, str]:
    return {finding.name: finding.result for finding in found.findings}


async def test_probe_s28_when_the_site_keeps_every_assumption_then_passed_and_cleared() -> None:
    found, site = await probed()
    assert results(found) == dict.fromkeys(NAMES, "passed")
    assert (found.is_passed, found.plain()["classes"]) == (True, {"U": True, "Q": True})
    assert found.forms == dict.fromkeys(
        ("lower case", "leading zeros", "inner blanks", "longest"), True
    )
    assert [made for made in found.made if not made.cleared] == []
    orders = site.ledger.tables["PorMasterHdr"].values()
    assert {row["OrderStatus"] for row in orders} == {"*"}
    probes = [row for row in site.ledger.tables["ApSupplier"].values() if row["OnHold"] == "Y"]
    assert [str(row["SupplierName"]).partition(" ")[0] for row in probes] == ["PROBE"]
    [invoice] = site.ledger.tables["ApInvoice"].values()
    assert invoice["MthInvBal1"] == 0


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        ("keeps tokens", "A1", "after Logoff a query under its token was answered"),
        ("keeps evicted tokens", "A1", "after another logon a query under its token was answered"),
        ("reads late", "A3", "did not show at once; 5 s later it shows"),
        ("takes a second", "U", "supplier_add: a second one was not refused"),
    ],
)
async def test_probe_s30_when_one_assumption_does_not_hold_then_that_one_is_named(
    kind: str, name: str, said: str
) -> None:
    found, _ = await probed(Untrue(kind))
    assert results(found) == {**dict.fromkeys(NAMES, "passed"), name: "failed"}
    [finding] = [one for one in found.findings if one.result == "failed"]
    assert said in finding.text
    assert not found.is_passed
    assert found.plain()["classes"] == {"U": name != "U", "Q": name == "U"}


@pytest.mark.parametrize(
    ("seconds", "drain_s", "result"),
    [
        ([], 300.0, "passed"),
        ([1.0, 75.0], 300.0, "passed"),
        ([75.1], 300.0, "warned"),
        ([0.1], 299.0, "warned"),
        ([150.1], 300.0, "failed"),
        ([2.0], 3.0, "failed"),
    ],
)
def test_drain_when_beside_the_longest_post_then_four_times_as_long_or_told(
    seconds: list[float], drain_s: float, result: str
) -> None:
    assert ends_in_time(seconds, drain_s).result == result


async def test_probe_when_the_company_has_no_supplier_then_it_says_what_is_lacking() -> None:
    ledger = seeded_ledger()
    for key in list(ledger.tables["ApSupplier"]):
        del ledger.tables["ApSupplier"][key]
    async with open_site(ledger) as site, probe_at(site) as probe:
        with pytest.raises(Malformed, match="test company EDU1 has no supplier to order from"):
            await probe.run()
        assert (probe.so_far.posts, probe.so_far.findings) == (0, ())


async def test_probe_when_it_breaks_off_then_what_it_made_is_known_and_cleared() -> None:
    class Cut:
        """Refuses the operator's third logon, which is to come after the first documents."""

        logons = 0

        async def crossing(self, boundary: Boundary, phase: Phase, _: Context) -> Action | None:
            if (boundary, phase) != ("syspro.logon", "received"):
                return None
            self.logons += 1
            return Reset() if self.logons == 3 else None

    async with open_site(faults=Cut()) as site, probe_at(site) as probe:
        with pytest.raises(EngineError):
            await probe.run()
        found = probe.so_far
    assert results(found) == dict.fromkeys(("A3", "A5", "U"), "passed")
    left = {made.type: made.cleared for made in found.made}
    assert left["purchase_order_add"] == "cancelled"
