"""README's table of marks names every endpoint and business object of both sandboxes, rightly."""

import re

from readme_reading import section, tables

from engine.sandbox.procurify.marks import MARKS
from engine.sandbox.syspro.marks import BUSINESS_OBJECTS, ENDPOINTS


def test_marks_when_compared_then_every_row_is_the_codes() -> None:
    _, rows = tables(section("The sandboxes"))
    printed = {
        (what, name): mark for what, mark, names in rows for name in re.findall(r"`([^`]+)`", names)
    }
    expected = {
        **{("Procurify endpoint", name): mark.level for name, mark in MARKS.items()},
        **{("SYSPRO endpoint", mark.name): mark.mark for mark in ENDPOINTS},
        **{("SYSPRO business object", mark.name): mark.mark for mark in BUSINESS_OBJECTS},
    }
    assert printed == expected
