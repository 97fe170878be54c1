"""COMQCO and COMQUS: the companies, and who is logged on (Query/Query; second tier).

Only the elements that the sheet names are answered (syspro.md §3.7, §5): Company with CompanyId
and CompanyName, SystemInfo with LicensedUsers and CurrentUsers; of a user, `ExclusiveFileAccess`.
The roots and the other names of COMQUS are invented.
"""

from engine.sandbox.syspro.calls import Call
from engine.sandbox.syspro.replies import Reply

UNCOUNTED_SEATS = 100
"""The licence that COMQCO tells of where seats are not counted (invented)."""


def companies(call: Call) -> str:
    """COMQCO: every company of this server, and its licence."""
    reply = Reply("CompanyQuery", "COMQCO")
    for ledger in call.companies:
        reply.open("Company")
        reply.leaf("CompanyId", ledger.company)
        reply.leaf("CompanyName", ledger.company_name)
        reply.close("Company")
    reply.open("SystemInfo")
    reply.leaf("LicensedUsers", str(call.sessions.rules.seats or UNCOUNTED_SEATS))
    reply.leaf("CurrentUsers", str(len(call.sessions.operators())))
    reply.close("SystemInfo")
    return reply.text()


def users(call: Call) -> str:
    """COMQUS: every session's operator and company."""
    reply = Reply("UserQuery", "COMQUS")
    for session in call.sessions.live():
        reply.open("User")
        reply.leaf("Operator", session.operator)
        reply.leaf("CompanyId", session.ledger.company)
        reply.leaf("ExclusiveFileAccess", "N")
        reply.close("User")
    return reply.text()
