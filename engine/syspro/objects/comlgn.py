"""COMLGN, what Logon is told besides names and passwords; and what GetLogonProfile answers.

`FailWhenAlreadyLoggedIn` Y evicts nobody; N takes the operator's session over (syspro.md §2,
reliability.md §0.3). Pure.
"""

from collections.abc import Mapping

from engine.errors import Malformed
from engine.syspro import xml
from engine.syspro.objects.fields import flag


def render(*, fail_when_logged_in: bool) -> str:
    """The XmlIn of Logon."""
    return xml.build(
        "Logon",
        [
            ("BuildToPost", "N"),
            flag("FailWhenAlreadyLoggedIn", fail_when_logged_in),
            ("SystemInformationReqd", "N"),
        ],
    )


def read_profile(text: str) -> Mapping[str, str]:
    """The fields of GetLogonProfile by name; `Malformed` when it is no profile."""
    root = xml.parse(text)
    if root.tag != "userinfo":
        raise Malformed(f"not a logon profile: {root.name[:40]}")
    return {child.name: child.text.strip() for child in root.children}
