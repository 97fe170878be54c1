"""The plan at the ports of the two sandboxes: crossings in, the sides' own actions out."""

from engine.sandbox.faults.deeds import Drip, Drop, Ending, Error, Page, Refuse, Reset, Truncate
from engine.sandbox.faults.plan import Crossing, FaultPlan
from engine.sandbox.procurify import faults_port as procurify
from engine.sandbox.procurify.printing import printed
from engine.sandbox.syspro import faults_port as syspro


class ProcurifyFaults:
    """The plan as Procurify's port knows it."""

    def __init__(self, plan: FaultPlan) -> None:
        self._plan = plan

    async def crossing(
        self,
        boundary: procurify.Boundary,
        phase: procurify.Phase,
        context: procurify.Context,
    ) -> procurify.Action | None:
        """What happens to this request here; None for nothing."""
        if self._plan.is_empty:
            return None
        ending = await self._plan.meet(
            Crossing(
                boundary=boundary,
                phase=phase,
                business_object="",
                path=context.path,
                evict=lambda operator: context.tokens.expire(),
            )
        )
        return None if ending is None else _for_procurify(ending)


class SysproFaults:
    """The plan as SYSPRO's port knows it."""

    def __init__(self, plan: FaultPlan) -> None:
        self._plan = plan

    async def crossing(
        self, boundary: syspro.Boundary, phase: syspro.Phase, context: syspro.Context
    ) -> syspro.Action | None:
        """What happens to this request here; None for nothing."""
        if self._plan.is_empty:
            return None
        ending = await self._plan.meet(
            Crossing(
                boundary=boundary,
                phase=phase,
                business_object=context.business_object,
                path=context.path,
                evict=lambda operator: context.sessions.revoke(operator or context.operator),
            )
        )
        return None if ending is None else _for_syspro(ending)


def _for_procurify(ending: Ending) -> procurify.Action:
    match ending:
        case Refuse() | Drop() | Reset(after_bytes=None):
            return procurify.Reset()
        case Reset(after_bytes=int(count)):
            return procurify.Cut(after_bytes=count)
        case Truncate():
            return procurify.Cut(after_bytes=ending.byte, is_reset=ending.is_reset)
        case Drip():
            return procurify.Drip(bytes_at_once=ending.bytes_at_once, pause_s=ending.seconds)
        case Error():
            body = printed({"errors": {"detail": {"message": ending.text, "code": "error"}}})
            return procurify.Answer(status=500, body=body, content_type="application/json")
        case Page():
            return procurify.Answer(
                status=ending.status,
                body=ending.body,
                content_type=ending.content_type,
                headers=dict(ending.headers),
            )
        case _:
            raise AssertionError(ending)


def _for_syspro(ending: Ending) -> syspro.Action:
    match ending:
        case Refuse() | Drop() | Reset(after_bytes=None):
            return syspro.Reset()
        case Reset(after_bytes=int(count)):
            return syspro.Cut(after_bytes=count)
        case Truncate():
            return syspro.Cut(after_bytes=ending.byte, is_reset=ending.is_reset)
        case Drip():
            return syspro.Drip(bytes_at_once=ending.bytes_at_once, pause_s=ending.seconds)
        case Error():
            return syspro.Line(text=ending.text)
        case Page():
            return syspro.Answer(
                status=ending.status,
                body=ending.body,
                content_type=ending.content_type,
                headers=dict(ending.headers),
            )
        case _:
            raise AssertionError(ending)
