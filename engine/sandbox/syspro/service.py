"""What the e.net service does, however it is spoken to: REST and SOAP call the same operations.

A post checks its token, executes for its latency and commits in one step; aiohttp goes on with a
handler whose client has gone away (handler_cancellation is off by default), so an execution that
has begun ends with its commit whatever becomes of the connection or the session. Every request
crosses the phases of `faults_port`. Owns nothing.
"""

from collections.abc import Mapping
from typing import TypeAlias

from engine.sandbox.syspro import elements, invented, refusals, registry
from engine.sandbox.syspro.areas import area_of
from engine.sandbox.syspro.calls import BusinessObject, Call
from engine.sandbox.syspro.companies import Companies
from engine.sandbox.syspro.elements import Element, Unreadable
from engine.sandbox.syspro.faults_port import Context, Course, Faults
from engine.sandbox.syspro.operations import Operation
from engine.sandbox.syspro.parameters import check
from engine.sandbox.syspro.profile import logon_profile
from engine.sandbox.syspro.refusals import Refused
from engine.sandbox.syspro.sessions import Session, Sessions
from engine.sandbox.syspro.settings import Latency, SysproSettings

Parameters: TypeAlias = Mapping[str, str]
"""Values by lower-case name."""


class Service:
    """The operations on the companies of one server."""

    def __init__(
        self,
        companies: Companies,
        settings: SysproSettings,
        sessions: Sessions,
        latency: Latency,
        faults: Faults | None,
    ) -> None:
        self.settings = settings
        self._companies = companies
        self._sessions = sessions
        self._latency = latency
        self._faults = faults

    def course(self, operation: Operation, path: str, given: Parameters) -> Course:
        """The course that a request takes through the phases."""
        session = self._sessions.find(given.get("userid", ""))
        operator = given.get("operator", "").strip().upper()
        named = session.ledger if session else self._companies.find(given.get("companyid", ""))
        context = Context(
            ledger=named or self._companies.first,
            sessions=self._sessions,
            path=path,
            operation=operation.name,
            business_object=name_of(given) or registry.IMPLIED.get(operation.kind, ""),
            operator=operator or (session.operator if session else ""),
            document=given.get("xmlin", ""),
        )
        return Course(self._faults, operation.boundary, context)

    async def run(self, operation: Operation, given: Parameters, course: Course) -> str:
        """The text of the answer; raises `Refused` and `faults_port.Diverted`."""
        await course.cross("received")
        match operation.kind:
            case "version":
                return self.settings.service_version
            case "name":
                return self.settings.service_name
            case "logon":
                answer = await self._logon(given, course)
            case "logoff":
                answer = await self._logoff(given, course)
            case "profile":
                answer = await self._profile(given, course)
            case _:
                answer = await self._call(operation, given, course)
        await course.cross("after_commit_before_reply")
        return answer

    async def _logon(self, given: Parameters, course: Course) -> str:
        await self._latency.query.wait()
        settings = self.settings
        operator = given["operator"].strip().upper()
        password = settings.operators.get(operator)
        if password is None:
            raise Refused(invented.UNKNOWN_OPERATOR)
        if given["operatorpassword"] != password:
            raise Refused(refusals.INVALID_PASSWORD)
        ledger = self._companies.find(given["companyid"])
        if ledger is None:
            raise Refused(invented.UNKNOWN_COMPANY)
        if given["companypassword"] != settings.company_passwords.get(ledger.company, ""):
            raise Refused(invented.COMPANY_PASSWORD)
        if operator in settings.barred_operators:
            raise Refused(invented.NO_ENET_ACCESS.format(operator))
        options = _document(given.get("xmlin", ""), "Logon")
        await course.cross("executing")
        is_exclusive = options.value("FailWhenAlreadyLoggedIn") == "Y"
        if is_exclusive and self._sessions.is_live(operator):
            raise Refused(invented.ALREADY_LOGGED_IN.format(operator))
        return self._sessions.open(operator, ledger)

    async def _logoff(self, given: Parameters, course: Course) -> str:
        await self._latency.query.wait()
        self._sessions.use(given["userid"])
        await course.cross("executing")
        self._sessions.close(given["userid"])
        return "0"

    async def _profile(self, given: Parameters, course: Course) -> str:
        await self._latency.query.wait()
        session = self._sessions.use(given["userid"])
        await course.cross("executing")
        return logon_profile(session.ledger, session.operator, self.settings.service_version)

    async def _call(self, operation: Operation, given: Parameters, course: Course) -> str:
        """The answer of a business object: the token counts when execution begins."""
        session = self._sessions.use(given["userid"])
        name = registry.IMPLIED.get(operation.kind) or name_of(given)
        if name in self.settings.denied_objects.get(session.operator, ()):
            raise Refused(refusals.access_denied(area_of(name), session.operator, name))
        program = registry.find(operation.kind, name)
        if program is None:
            raise Refused(refusals.NOT_INSTALLED)
        parameters = Element("")
        document = _document(given["xmlin"], "XmlIn")
        is_write = "xmlparameters" in given and operation.kind in registry.WRITES
        if is_write:
            parameters = _document(given["xmlparameters"], "XmlParameters")
            if parameters.name and parameters.name.lower() != document.name.lower():
                raise Refused(invented.WRONG_ROOT.format(document.name, name))
            check(name, parameters)
        self._sessions.begin_call(session, is_strict=self.settings.refuses_parallel_calls)
        try:
            await (self._latency.post if is_write else self._latency.query).wait()
            await course.cross("executing")
            return self._execute(program, session, name, parameters, document)
        finally:
            self._sessions.end_call(session)

    def _execute(
        self,
        program: BusinessObject,
        session: Session,
        name: str,
        parameters: Element,
        document: Element,
    ) -> str:
        call = Call(
            ledger=session.ledger,
            companies=self._companies,
            sessions=self._sessions,
            operator=session.operator,
            business_object=name,
            parameters=parameters,
            document=document,
        )
        return program(call)


def name_of(given: Parameters) -> str:
    """The business object that the parameters name."""
    return given.get("businessobject", "").strip().upper()


def _document(text: str, name: str) -> Element:
    if not text.strip():
        return Element("")
    try:
        return elements.parse(text)
    except Unreadable as unreadable:
        raise Refused(invented.UNREADABLE.format(name, unreadable)) from unreadable
