"""What each event of a document's story says."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

import pytest

from engine.audit import told
from engine.audit.words import sentence, standing_words
from engine.core.canonical import JsonValue
from engine.core.events import Event


def event(
    kind: str,
    body: Mapping[str, JsonValue] | None = None,
    *,
    position: int = 12,
    causation: int | None = None,
) -> Event:
    return Event(
        tenant="acme",
        position=position,
        event_id=UUID(int=position),
        stream="command/k",
        version=1,
        type=kind,
        schema_version=1,
        body={} if body is None else body,
        actor="writer",
        run_id="run-1",
        correlation="run-1",
        causation=causation,
        recorded_at=datetime(2026, 11, 23, tzinfo=UTC),
        hash=b"\0" * 32,
    )


INTENT: Mapping[str, JsonValue] = {
    "type": "invoice_add",
    "company": "EDU1",
    "object": "APSTIN",
    "external_key": "P23",
    "attempt": 1,
}


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        (
            "PostIntended",
            INTENT,
            "about to post the invoice in company EDU1 by APSTIN, our key P23, planned from "
            "event 7",
        ),
        (
            "PostIntended",
            {**INTENT, "attempt": 2, "type": "journal_add"},
            "about to journal_add in company EDU1 by APSTIN, attempt 2, our key P23, planned from "
            "event 7",
        ),
        ("PostAccepted", {"syspro_key": "000547"}, "SYSPRO accepted it as 000547"),
        (
            "PostAccepted",
            {"syspro_key": "1", "warnings": [{"text": "price differs"}, {"number": "42"}]},
            "SYSPRO accepted it as 1, with warnings: price differs; 42",
        ),
        ("PostRejected", {"text": "no such tax"}, "SYSPRO refused it: no such tax"),
        ("PostRejected", {"errors": [{"text": "bad"}]}, "SYSPRO refused it: bad"),
        ("PostRejected", {}, "SYSPRO refused it: without a reason"),
        (
            "PostDeferred",
            {"cause": "not_sent", "text": "refused"},
            "provably not done (not_sent), sent again later: refused",
        ),
        (
            "PostInDoubt",
            {"cause": "timed_out", "text": "no answer"},
            "in doubt, the answer was lost (timed_out): no answer",
        ),
        ("DoubtFenced", {}, "the session that sent it is revoked; nothing new can come of it"),
        (
            "DoubtResolved",
            {
                "outcome": "escalated",
                "rule": "PROBE_NOT_PASSED",
                "syspro_key": "",
                "evidence": {
                    "pack": {
                        "operator": "PROCSYNC",
                        "sent_at": "2026-11-23T09:00:00+00:00",
                        "shown": {
                            "supplier": "S00118",
                            "tables": {
                                "PorMasterHdr": [{"PurchaseOrder": "000123", "OrderStatus": "1"}],
                                "ApInvoice": [],
                            },
                        },
                    }
                },
            },
            "doubt resolved: escalated by rule PROBE_NOT_PASSED; sent by operator PROCSYNC at "
            "2026-11-23T09:00:00+00:00; of supplier S00118 SYSPRO shows PorMasterHdr "
            "PurchaseOrder 000123, OrderStatus 1",
        ),
        (
            "DoubtResolved",
            {
                "outcome": "escalated",
                "rule": "OVERDUE",
                "evidence": {"pack": {"operator": "P", "sent_at": "9:00", "not_read": "down"}},
            },
            "doubt resolved: escalated by rule OVERDUE; sent by operator P at 9:00; SYSPRO could "
            "not be read",
        ),
        (
            "VerdictProposed",
            {"outcome": "absent", "reason": "not in the list"},
            "a person found that it is not there; a second has to confirm it: not in the list",
        ),
        (
            "VerdictGiven",
            {"outcome": "absent", "reason": "nor for me", "proposed_by": "Dana"},
            "a person gave the verdict that it is not there, as Dana had found; SYSPRO is read "
            "once more: nor for me",
        ),
        (
            "VerdictGiven",
            {"outcome": "done", "syspro_key": "000123", "reason": "seen"},
            "a person gave the verdict that it is there as 000123; SYSPRO is read once more: seen",
        ),
        (
            "OverrideRefused",
            {"outcome": "", "rule": "FOUND", "syspro_key": "000123"},
            "the verdict was refused, for SYSPRO shows it as 000123",
        ),
        (
            "OverrideRefused",
            {"outcome": "", "rule": "FOUND_NOTHING", "syspro_key": ""},
            "the verdict was refused, for SYSPRO does not show it",
        ),
        (
            "DoubtResolved",
            {"outcome": "committed", "rule": "D2", "syspro_key": "000547"},
            "doubt resolved: committed by rule D2, 000547",
        ),
        (
            "DoubtResolved",
            {"outcome": "not_committed", "rule": "D3"},
            "doubt resolved: not_committed by rule D3",
        ),
        (
            "PostVerified",
            {"syspro_key": "1", "is_equal": True},
            "read back from SYSPRO as 1: equal to what was sent",
        ),
        (
            "PostVerified",
            {"syspro_key": "1", "is_equal": False, "differences": ["price 1, not 2", "tax"]},
            "read back from SYSPRO as 1: DIFFERENT: price 1, not 2; tax",
        ),
        (
            "LookupAnswered",
            {"object": "PORQRY", "text": "2 received"},
            "looked up in SYSPRO by PORQRY: 2 received",
        ),
        ("DocumentHeld", {"reason": "wait for Dana"}, "held by a person: wait for Dana"),
        (
            "DocumentReleased",
            {"reason": "seen", "accepts": ["DUPLICATE_INVOICE"]},
            "released by a person, accepting DUPLICATE_INVOICE: seen",
        ),
        (
            "DocumentLinked",
            {"reason": "by hand", "syspro_key": "547", "company": "EDU1"},
            "linked by a person to 547 in company EDU1: by hand",
        ),
        ("RetryAsked", {"reason": "again"}, "a person asked to try again: again"),
        ("PurchaseOrderVanished", {}, "no longer there in Procurify"),
        ("SomethingElse", {}, "SomethingElse"),
    ],
)
def test_sentence_when_an_event_is_told_then_in_words_of_the_trade(
    kind: str, body: Mapping[str, JsonValue], text: str
) -> None:
    assert sentence(event(kind, body, causation=7), body) == text


BACK: Mapping[str, JsonValue] = {"company": "procurify:acme", "type": "bills_paid"}


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        (
            "PostIntended",
            {"object": "POST bills/mark-as-paid", "attempt": 1},
            "about to mark the bill as paid in Procurify by POST bills/mark-as-paid",
        ),
        (
            "PostIntended",
            {"object": "PATCH x", "attempt": 2, "type": "new_sort"},
            "about to new_sort in Procurify by PATCH x, attempt 2",
        ),
        ("PostAccepted", {"procurify_id": "7", "is_sent": True}, "written to Procurify as 7"),
        (
            "PostAccepted",
            {"procurify_id": "7", "is_sent": False},
            "as wanted in Procurify already, as 7: nothing was sent",
        ),
        ("PostRejected", {"text": "name: unique"}, "Procurify refused it: name: unique"),
        (
            "PostInDoubt",
            {"cause": "lost", "text": "cut"},
            "in doubt, the answer was lost (lost): cut",
        ),
        (
            "DoubtResolved",
            {"outcome": "committed", "rule": "FOUND_EQUAL", "procurify_id": "7"},
            "doubt resolved: committed by rule FOUND_EQUAL, 7",
        ),
        (
            "DoubtResolved",
            {"outcome": "not_committed", "rule": "BY_PERSON", "reason": "not on the item"},
            "doubt resolved by a person: it was not, and is sent again: not on the item",
        ),
        (
            "PostVerified",
            {"procurify_id": "7", "is_equal": True},
            "read back from Procurify as 7: equal to what was sent",
        ),
        (
            "PostVerified",
            {"procurify_id": "7", "is_equal": False, "differences": ["a", "b"]},
            "read back from Procurify as 7: DIFFERENT: a; b",
        ),
        (
            "LookupAnswered",
            {"text": "city reads otherwise"},
            "somebody changed it in Procurify, nothing was sent: city reads otherwise",
        ),
    ],
)
def test_sentence_when_procurify_is_written_to_then_it_says_so(
    kind: str, body: Mapping[str, JsonValue], text: str
) -> None:
    assert sentence(event(kind), {**BACK, **body}) == text


def test_story_when_procurify_was_written_to_then_the_whole_request_is_shown() -> None:
    request = {"method": "PATCH", "path": "/api/v3/vendors/118/", "body": {"city": "Bergen"}}
    [chapter] = told([event("PostIntended", {**BACK, "request": request, "attempt": 1})])
    assert chapter.request.splitlines() == [
        "PATCH /api/v3/vendors/118/",
        "{",
        '  "city": "Bergen"',
        "}",
    ]


def test_standing_when_held_then_why_who_and_what_to_do() -> None:
    row = {
        "state": "held",
        "reason": "TAX_UNMAPPED",
        "sentence": "A tax has no tax code in SYSPRO.",
        "detail": "Eco levy 2%",
    }
    assert standing_words(row) == [
        "needs somebody",
        "A tax has no tax code in SYSPRO. (Eco levy 2%)",
        "whoever keeps the mappings: Approve a tax mapping.",
    ]
    assert standing_words({"state": "in_syspro", "syspro_key": "000547"}) == ["in SYSPRO as 000547"]
    assert standing_words({"state": "not_eligible"}) == ["not for SYSPRO"]
    assert standing_words({"state": "brand_new"}) == ["brand new"]


def test_story_when_told_then_reads_are_compared_and_xml_is_kept() -> None:
    first = event("BillChanged", {"document": {"total": "1.50", "n": 1}}, position=1)
    second = event("BillChanged", {"document": {"total": "2.50", "n": 1}}, position=2)
    third = event("PostIntended", {**INTENT, "xml_in": "<A/>", "xml_parameters": "<P/>"})
    fourth = event("PostAccepted", {"syspro_key": "1", "reply": "<R/>"}, position=13)
    chapters = told([first, second, third, fourth])
    assert [chapter.text for chapter in chapters[:2]] == [
        "first read in Procurify",
        "changed in Procurify: 1 field",
    ]
    assert chapters[1].changes == ["total: 1.5 → 2.5"]
    assert (chapters[2].parameters, chapters[2].xml_in) == ("<P/>", "<A/>")
    assert chapters[3].reply == "<R/>"
