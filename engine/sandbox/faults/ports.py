"""The plan at the ports of the two sandboxes: crossings in, the sides' own actions out."""

from engine.sandbox.fault_actions import Answer, Cut, Drip, Reset, Spoiling
from engine.sandbox.faults import deeds
from engine.sandbox.faults.deeds import Ending, Error
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
    if isinstance(ending, Error):
        body = printed({"errors": {"detail": {"message": ending.text, "code": "error"}}})
        return Answer(status=500, body=body, content_type="application/json")
    return _for_both(ending)


def _for_syspro(ending: Ending) -> syspro.Action:
    return syspro.Line(text=ending.text) if isinstance(ending, Error) else _for_both(ending)


def _for_both(ending: Ending) -> Answer | Reset | Spoiling:
    match ending:
        case deeds.Refuse() | deeds.Drop() | deeds.Reset(after_bytes=None):
            return Reset()
        case deeds.Reset(after_bytes=int(count)):
            return Cut(after_bytes=count)
        case deeds.Truncate():
            return Cut(after_bytes=ending.byte, is_reset=ending.is_reset)
        case deeds.Drip():
            return Drip(bytes_at_once=ending.bytes_at_once, pause_s=ending.seconds)
        case deeds.Page():
            return Answer(
                status=ending.status,
                body=ending.body,
                content_type=ending.content_type,
                headers=dict(ending.headers),
            )
        case _:
            raise AssertionError(ending)
