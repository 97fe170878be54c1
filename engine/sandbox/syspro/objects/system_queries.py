"""COMQCO and COMQUS: the companies, and who is logged on (Query/Query; second tier).

Only the elements that the sheet names are answered (syspro.md §3.7, §5): Company with CompanyId
and CompanyName, SystemInfo with LicensedUsers and CurrentUsers; of a user, `ExclusiveFileAccess`.
The roots and the other names of COMQUS are invented.
"""

from engine.sandbox.syspro.calls import Call
from engine.sandbox.syspro.replies import Reply


def companies(call: Call) -> str:
    """COMQCO: the one company of this server and its licence."""
    reply = Reply("CompanyQuery", "COMQCO")
    reply.open("Company")
    reply.leaf("CompanyId", call.ledger.company)
    reply.leaf("CompanyName", call.ledger.company_name)
    reply.close("Company")
    reply.open("SystemInfo")
    reply.leaf("LicensedUsers", str(call.sessions.rules.seats))
    reply.leaf("CurrentUsers", str(len(call.sessions.operators())))
    reply.close("SystemInfo")
    return reply.text()


def users(call: Call) -> str:
    """COMQUS: every session's operator."""
    reply = Reply("UserQuery", "COMQUS")
    for operator in call.sessions.operators():
        reply.open("User")
        reply.leaf("Operator", operator)
        reply.leaf("CompanyId", call.ledger.company)
        reply.leaf("ExclusiveFileAccess", "N")
        reply.close("User")
    return reply.text()
