"""What every request passes: its limits, its bearer, its rights, and the phases of faults."""

from collections import deque

from aiohttp import web

from engine.sandbox.procurify.delivery import ended, spoiled
from engine.sandbox.procurify.faults_port import Boundary, Context, Course, Diverted, Faults
from engine.sandbox.procurify.pages import Answer, Refused, reply
from engine.sandbox.procurify.settings import ProcurifySettings
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.procurify.tokens import Tokens
from engine.sandbox.waits import Waits

CLIENT_HEADER = "X-Procurify-Client"
_READS = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """Stands before every answer; owned by one application."""

    def __init__(
        self,
        tenant: Tenant,
        tokens: Tokens,
        settings: ProcurifySettings,
        faults: Faults | None,
    ) -> None:
        self._tenant = tenant
        self._tokens = tokens
        self._settings = settings
        self._faults = faults
        self._recent: deque[float] = deque()
        self._waits = Waits(settings.pace, seed=settings.seed, kind="procurify")

    def around(self, boundary: Boundary, resource: str, answer: Answer) -> Answer:
        """The same answer for who may have it; refusals become error envelopes."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            course = Course(self._faults, boundary, self._context(request, resource))
            try:
                await course.cross("received")
                response = await self._answer(request, boundary, resource, answer, course)
                await course.cross("mid_reply")
            except Diverted as diverted:
                return ended(request, diverted.action)
            if course.spoiling is not None:
                return await spoiled(request, response, course.spoiling)
            return response

        return guarded

    async def _answer(
        self,
        request: web.Request,
        boundary: Boundary,
        resource: str,
        answer: Answer,
        course: Course,
    ) -> web.StreamResponse:
        try:
            self._throttle()
            if boundary != "procurify.token":
                self._check(request, resource)
            await self._waits.wait()
            await course.cross("executing")
            response = await answer(request)
            await course.cross("after_commit_before_reply")
        except Refused as refused:
            response = reply(refused.body, refused.status)
            response.headers.update(refused.headers)
        return response

    def _context(self, request: web.Request, resource: str) -> Context:
        return Context(
            tenant=self._tenant,
            settings=self._settings,
            tokens=self._tokens,
            method=request.method,
            path=request.path,
            query=request.query_string,
            resource=resource,
        )

    def _throttle(self) -> None:
        """One more request is counted, or it is too much for the window."""
        limit = self._settings.limit
        if limit is None:
            return
        now = self._settings.monotonic()
        while self._recent and self._recent[0] <= now - limit.window_s:
            self._recent.popleft()
        if len(self._recent) >= limit.requests:
            wait_s = -int(-(self._recent[0] + limit.window_s - now) // 1)
            headers = {"Retry-After": str(max(1, wait_s))} if limit.retry_after else {}
            raise Refused(429, "Request was throttled.", "throttled", headers=headers)
        self._recent.append(now)

    def _check(self, request: web.Request, resource: str) -> None:
        settings = self._settings
        given = request.headers.get("Authorization", "")
        is_start = request.path.endswith("/netsuite/initialize/")
        if not self._tokens.is_live(given) and not (is_start and self._tokens.is_owner(given)):
            raise Refused(401, "Invalid or missing bearer token.", "not_authenticated")
        if not (settings.is_owner_active and self._tenant.desk.owner.is_active):
            raise Refused(401, "User inactive or deleted.", "authentication_failed")
        if settings.is_strict and CLIENT_HEADER not in request.headers:
            raise Refused(403, f"Header {CLIENT_HEADER} is missing.", "permission_denied")
        is_write = request.method not in _READS
        if resource in settings.denied or (is_write and f"{resource}:write" in settings.denied):
            raise Refused(
                403, "You do not have permission to perform this action.", "permission_denied"
            )
