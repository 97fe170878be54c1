"""The control port's routes; never on the APIs' ports.

`GET /oracle`, `/requests?after=n`, `/state?kind=a,b&company=c`, `/faults`; `POST /apply`,
`/faults`, `/clock`, `/reset`. What cannot be done is 400 and a sentence: `{"error": "…"}`. Owns
nothing.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import orjson
from aiohttp import web

from engine.sandbox.control.changes import apply_changes
from engine.sandbox.control.state import state_of
from engine.sandbox.faults.grammar import read_faults
from engine.sandbox.json_fields import BadInput, Fields, read_json
from engine.sandbox.requests import Request
from engine.sandbox.running import Sandbox

LARGEST_BODY = 64 * 1024**2
BODY_DEADLINE_S = 60
MOMENT_S = 0.1
"""How long a judgement keeps both systems waiting at a stretch."""
MOST_OFFSET_S = 315_360_000
Answer: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


def build_control(sandbox: Sandbox) -> web.Application:
    """An application that shows and changes the sandbox."""
    control = _Control(sandbox)
    app = web.Application(client_max_size=LARGEST_BODY, middlewares=[_spoken])
    app.on_shutdown.append(control.end)
    app.router.add_get("/oracle", control.judge)
    app.router.add_get("/requests", control.list_requests)
    app.router.add_get("/state", control.show_state)
    app.router.add_get("/faults", control.report_faults)
    app.router.add_post("/apply", control.apply)
    app.router.add_post("/faults", control.put_faults)
    app.router.add_post("/clock", control.set_clock)
    app.router.add_post("/reset", control.reset)
    return app


@web.middleware
async def _spoken(request: web.Request, handler: Answer) -> web.StreamResponse:
    """Bad input is 400 and its sentence."""
    try:
        return await handler(request)
    except BadInput as wrong:
        return _json({"error": str(wrong)}, 400)


class _Control:
    """The answers over one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._judging = asyncio.Lock()
        self._is_over = False

    async def end(self, app: web.Application) -> None:
        """No judgement goes on: the sandbox does not wait for it."""
        self._is_over = True

    async def judge(self, request: web.Request) -> web.Response:
        """One judgement at a time; a long one leaves both systems every other moment."""
        async with self._judging:
            steps = self._sandbox.oracle.judge()
            began_s = time.monotonic()
            while not self._is_over:
                try:
                    next(steps)
                except StopIteration as ended:
                    return _json(ended.value)
                took_s = time.monotonic() - began_s
                if took_s > MOMENT_S:
                    await asyncio.sleep(took_s)
                    began_s = time.monotonic()
        return _json({"error": "the sandbox ends"}, 503)

    async def list_requests(self, request: web.Request) -> web.Response:
        text = request.query.get("after", "0")
        after = int(text) if text.isdigit() else 0
        requests = self._sandbox.requests
        entries = [_entry(entry) for entry in requests.after(after)]
        return _json({"requests": entries, "next": requests.last})

    async def show_state(self, request: web.Request) -> web.Response:
        """All rows of both sides by kind; `kind` and `company` name those wanted."""
        wanted = {name for name in request.query.get("kind", "").split(",") if name}
        return _json(state_of(self._sandbox.world, wanted, request.query.get("company", "")))

    async def report_faults(self, request: web.Request) -> web.Response:
        return _json(self._sandbox.plan.report())

    async def apply(self, request: web.Request) -> web.Response:
        """The changes have happened in their order, up to the first that cannot."""
        changes = await _body(request)
        return _json({"applied": apply_changes(changes, self._sandbox.world)})

    async def put_faults(self, request: web.Request) -> web.Response:
        """The faults are armed: instead of all others, or with `"mode": "add"` beside them."""
        given = await _body(request)
        mode = "replace"
        if isinstance(given, dict):
            fields = Fields(given, "the body")
            mode = fields.choice("mode", ("replace", "add"), "replace")
            given = fields.take("faults")
            fields.done()
        faults = read_faults(given)
        plan = self._sandbox.plan
        if mode == "add":
            plan.add(faults)
        else:
            plan.replace(faults)
        return _json(plan.report())

    async def set_clock(self, request: web.Request) -> web.Response:
        """Stamps and time-outs of both sides are so many seconds beside the machine's clock."""
        fields = Fields(await _body(request), "the body")
        offset_s = fields.whole("offset_s", least=-MOST_OFFSET_S)
        fields.done()
        if offset_s > MOST_OFFSET_S:
            raise fields.wrong("offset_s", "no more than ten years of seconds")
        clock = self._sandbox.clock
        clock.offset_s = offset_s
        return _json({"offset_s": offset_s, "now": clock.now().isoformat()})

    async def reset(self, request: web.Request) -> web.Response:
        """The same seed has begun again."""
        await self._sandbox.reset()
        scenario = self._sandbox.scenario
        return _json({"seed": scenario.seed, "documents": scenario.documents})


async def _body(request: web.Request) -> object:
    async with asyncio.timeout(BODY_DEADLINE_S):
        return read_json(await request.read())


def _entry(request: Request) -> dict[str, object]:
    return {
        "n": request.n,
        "at": request.at,
        "wall_at": request.wall_at.isoformat(),
        "host": request.host,
        "method": request.method,
        "path": request.path,
        "business_object": request.business_object,
        "status": request.status,
    }


def _json(body: object, status: int = 200) -> web.Response:
    raw = orjson.dumps(body, default=str)
    return web.Response(body=raw, content_type="application/json", status=status)
