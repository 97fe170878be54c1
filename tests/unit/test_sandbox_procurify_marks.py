"""Every route of the sandbox's Procurify has its mark, and every mark a route."""

import re
from datetime import date

from engine.sandbox.filling import fill_tenant
from engine.sandbox.procurify.app import TOKEN_PATH, routes_of
from engine.sandbox.procurify.marks import MARKS
from engine.sandbox.procurify.settings import RESOURCES, ProcurifySettings
from engine.sandbox.procurify.tokens import Credentials, Tokens
from engine.sandbox.scenario.scenario import build_scenario


def test_marks_when_compared_with_the_routes_then_the_same() -> None:
    tenant = fill_tenant(build_scenario(seed=1, documents=0, anchor=date(2026, 11, 23)))
    tokens = Tokens(Credentials(client_id="c", client_secret="s"), "acme", tenant.desk)
    routes = routes_of(tenant, tokens, ProcurifySettings(), "acme")

    served = {f"{row.method} {re.sub(':[^}]+', '', row.path)}" for row in routes}

    assert served | {f"POST {TOKEN_PATH}"} == set(MARKS)
    assert len(served) == len(routes)
    assert {row.resource for row in routes} == RESOURCES


def test_marks_when_read_then_each_names_the_sheet() -> None:
    assert [route for route, mark in MARKS.items() if "§" not in mark.note] == []
