"""The health server over a real socket."""

import json
from collections.abc import Callable

import aiohttp
import pytest

from engine.errors import Misconfigured
from engine.telemetry import Metrics
from engine.web.health import Freshness, Health, assess, serve

TIMEOUT = aiohttp.ClientTimeout(total=10)


async def get(
    port: int, path: str, method: str = "GET", host: str = "127.0.0.1"
) -> tuple[int, str, dict[str, str]]:
    async with (
        aiohttp.ClientSession(timeout=TIMEOUT) as session,
        session.request(method, f"http://{host}:{port}{path}") as response,
    ):
        return response.status, await response.text(), dict(response.headers)


async def test_metrics_when_asked_then_the_registry_is_shown() -> None:
    metrics = Metrics()
    metrics.log_head.labels("acme").set(12)
    async with serve("127.0.0.1:0", metrics.registry, Health) as port:
        status, text, headers = await get(port, "/metrics")
    assert status == 200
    assert 'procurify_syspro_log_head{tenant="acme"} 12.0' in text
    assert headers["Content-Type"].startswith("text/plain")
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"


async def test_readyz_when_health_changes_then_the_answer_does() -> None:
    health = [Health()]
    async with serve("127.0.0.1:0", Metrics().registry, lambda: health[0]) as port:
        status, text, _ = await get(port, "/readyz")
        assert (status, json.loads(text)) == (200, {"is_ready": True, "reasons": []})
        health[0] = Health(reasons=("the lane PROCSYNC is suspended: wrong password",))
        status, text, headers = await get(port, "/readyz")
        assert status == 503
        assert json.loads(text)["reasons"] == ["the lane PROCSYNC is suspended: wrong password"]
        assert headers["Content-Type"].startswith("application/json")
        status, text, _ = await get(port, "/healthz")
        assert (status, text) == (200, "alive\n")


async def test_healthz_k11_when_the_loop_stood_still_then_503() -> None:
    stood_still = [True]
    registry = Metrics().registry
    async with serve("127.0.0.1:0", registry, Health, lambda: stood_still[0]) as port:
        assert (await get(port, "/healthz"))[:2] == (503, "the event loop stood still\n")
        stood_still[0] = False
        assert (await get(port, "/healthz"))[:2] == (200, "alive\n")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "/readyz", 405), ("DELETE", "/metrics", 405), ("GET", "/", 404), ("GET", "/x", 404)],
)
async def test_request_x29_when_of_another_kind_then_refused(
    method: str, path: str, status: int
) -> None:
    async with serve("127.0.0.1:0", Metrics().registry, Health) as port:
        assert (await get(port, path, method))[0] == status


async def test_listen_when_the_port_is_taken_then_it_says_so() -> None:
    async with serve("127.0.0.1:0", Metrics().registry, Health) as port:
        with pytest.raises(Misconfigured, match=r"service.listen: .* choose another address"):
            async with serve(f"127.0.0.1:{port}", Metrics().registry, Health):
                pass


async def test_listen_when_the_port_is_too_large_then_it_says_so() -> None:
    with pytest.raises(Misconfigured, match=r"service\.listen"):
        async with serve("127.0.0.1:99999", Metrics().registry, Health):
            pass


async def test_serve_when_the_block_ends_then_the_port_is_free(
    free_port: Callable[[], int],
) -> None:
    port = free_port()
    for _ in range(2):
        async with serve(f"127.0.0.1:{port}", Metrics().registry, Health) as bound:
            assert bound == port
            assert (await get(port, "/healthz"))[0] == 200


def fresh(age_s: float | None, running_s: float = 1000.0) -> Freshness:
    return Freshness(age_s=age_s, running_s=running_s, interval_s=10.0)


def test_assess_when_all_is_well_then_ready() -> None:
    health = assess(polls={"acme bills": fresh(59.9), "acme vendors": fresh(None, 60.0)})
    assert health.is_ready
    assert assess().is_ready


def test_assess_when_parts_have_stopped_then_each_is_named() -> None:
    health = assess(
        database="no route to host",
        polls={"acme bills": fresh(60.1), "acme orders": fresh(None), "acme fine": fresh(1)},
        projections={"acme": "event 7 cannot be folded"},
        lanes={"acme/PROCSYNC": "the operator's password is refused"},
    )
    assert not health.is_ready
    assert health.reasons == (
        "the database cannot be reached: no route to host",
        "acme bills was last read 60 s ago, it should be every 10 s",
        "acme orders was last read 1000 s ago, it should be every 10 s",
        "the projection of acme has stopped: event 7 cannot be folded",
        "the lane acme/PROCSYNC is suspended: the operator's password is refused",
    )
