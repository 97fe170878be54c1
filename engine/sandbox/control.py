"""The control port: the oracle's judgement and the requests seen, never on the APIs' ports."""

import orjson
from aiohttp import web

from engine.sandbox.oracle import Oracle
from engine.sandbox.requests import Request, RequestLog


def build_control(oracle: Oracle, requests: RequestLog) -> web.Application:
    """An application with GET /oracle and GET /requests?after=n."""

    async def judge(request: web.Request) -> web.Response:
        return _json(oracle.verdict())

    async def list_requests(request: web.Request) -> web.Response:
        text = request.query.get("after", "0")
        after = int(text) if text.isdigit() else 0
        entries = [_entry(entry) for entry in requests.after(after)]
        return _json({"requests": entries, "next": requests.last})

    app = web.Application()
    app.router.add_get("/oracle", judge)
    app.router.add_get("/requests", list_requests)
    return app


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


def _json(body: object) -> web.Response:
    return web.Response(body=orjson.dumps(body), content_type="application/json")
