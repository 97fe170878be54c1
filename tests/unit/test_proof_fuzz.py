"""The fuzzer: real readers keep their promises, and a broken one is found in few inputs."""

import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import partial
from itertools import islice
from urllib.parse import SplitResult
from xml.etree import ElementTree

import orjson
import pytest

from engine.core.canonical import JsonValue
from engine.core.commands import Payload, SupplierAdd
from engine.errors import Malformed
from engine.log.upcast import Upcaster
from engine.procurify.models.pages import Page
from engine.procurify.replies import Reply
from engine.proof.fuzz import own_targets, procurify_targets, series, syspro_targets, watch
from engine.proof.fuzz.every import targets
from engine.proof.fuzz.mutator import mutations
from engine.proof.fuzz.series import Plan, fuzzed, missing
from engine.proof.fuzz.target import Check, Target
from engine.proof.fuzz.watch import Watch
from engine.syspro import xml
from engine.syspro.objects import comfnd, render
from engine.syspro.objects.answers import Posted, PostReply, Unreadable
from engine.syspro.objects.fields import XmlIn

TARGETS = {target.name: target for target in targets()}
FEW = 600


def any_text(raw: bytes) -> str:
    return raw.decode("cp1252", errors="replace")


def with_entities(text: str) -> xml.Node:
    try:
        return as_node(ElementTree.fromstring(text))
    except ElementTree.ParseError as error:
        raise Malformed("no") from error


def as_node(read: ElementTree.Element) -> xml.Node:
    children = tuple(as_node(child) for child in read)
    return xml.Node(read.tag.lower(), read.tag, read.text or "", children)


def by_the_key_alone(payload: Payload, text: str) -> PostReply:
    found = re.search(r"<PurchaseOrder>(\w{1,20})<", text)
    return Posted(key=found[1]) if found else Unreadable(text="no key")


def but_the_last(table: str, columns: Sequence[str], text: str) -> Sequence[Mapping[str, str]]:
    return comfnd.read(table, columns, text)[:-1]


def after_the_tag(operation: str, raw: bytes) -> str:
    return raw.split(b"Result>")[1].decode()


def plain_page(raw: bytes) -> Page:
    try:
        value = json.loads(raw)
    except ValueError as error:
        raise Malformed("no") from error
    return Page(rows=value["data"], count=None, size=None, next_url=None)


def inside(value: JsonValue) -> Mapping[str, JsonValue]:
    assert isinstance(value, dict)
    found: Mapping[str, JsonValue] = value["data"]
    return found


def any_token(reply: Reply, host: str) -> tuple[str, float]:
    try:
        value = json.loads(reply.raw)
    except ValueError as error:
        raise Malformed(f"{host}: {reply.raw!r}") from error
    return str(value), 60.0


def any_number(header: str | None, now: datetime | None = None) -> float | None:
    try:
        return float(header or "")
    except ValueError:
        return None


def uncaught(header: str | None) -> datetime | None:
    return parsedate_to_datetime(header or "")


def naive(value: JsonValue) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None


def by_prefix(next_url: str | None, own: SplitResult, number: int, resource: str) -> bool:
    if next_url is None or next_url.startswith(f"{own.scheme}://{own.netloc}"):
        return True
    raise Malformed("no")


def unescaped(root: str, children: Sequence[xml.Element]) -> str:
    return xml.build(root, children).replace("&lt;", "<").replace("&gt;", ">")


def cut_to_fit(payload: Payload, *, local_currency: str) -> XmlIn:
    assert isinstance(payload, SupplierAdd)
    return render(replace(payload, name=payload.name[:50]), local_currency=local_currency)


def without_lifting(
    stored: bytes | None, type_name: str, version: int, position: int, upcaster: Upcaster
) -> tuple[int, Mapping[str, JsonValue] | None]:
    try:
        return version, orjson.loads(stored or b"")
    except ValueError as error:
        raise Malformed("no") from error


MUTANTS: Mapping[str, Check] = {
    "SYSPRO reply": partial(syspro_targets.check_reply, unwrap=any_text),
    "SYSPRO wrapping": partial(syspro_targets.check_wrapping, unwrap=any_text),
    "SYSPRO XML": partial(syspro_targets.check_xml, parse=with_entities),
    "SYSPRO post reply": partial(syspro_targets.check_post, read=by_the_key_alone),
    "SYSPRO query reply": partial(syspro_targets.check_query, rows=but_the_last),
    "SYSPRO session reply": partial(syspro_targets.check_session, logon=any_text),
    "SYSPRO SOAP reply": partial(syspro_targets.check_soap, result=after_the_tag),
    "Procurify page": partial(procurify_targets.check_page, read=plain_page),
    "Procurify detail": partial(procurify_targets.check_detail, read=inside),
    "Procurify token": partial(procurify_targets.check_token, read=any_token),
    "Retry-After": partial(procurify_targets.check_retry_after, read=any_number),
    "Date": partial(procurify_targets.check_date, read=uncaught),
    "Procurify stamp": partial(procurify_targets.check_stamp, read=naive),
    "next address": partial(procurify_targets.check_next, read=by_prefix),
    "XML builder": partial(own_targets.check_build, build=unescaped),
    "supplier's document": partial(own_targets.check_document, render=cut_to_fit),
    "event body": partial(own_targets.check_event, decode=without_lifting),
}


def tried(target: Target, many: int) -> Watch:
    seen = Watch(target, "mutator")
    for raw in islice(mutations(target.samples, target.name), many):
        seen.try_one(raw)
    return seen


@pytest.mark.parametrize("name", TARGETS)
def test_reader_when_broken_on_purpose_then_found_in_few_inputs(name: str) -> None:
    broken = replace(TARGETS[name], check=MUTANTS[name], bombs=())
    found = tried(broken, FEW).fuzzed()

    assert found.crashes > 0
    assert found.said and "; input b" in found.said[0]


def test_readers_when_fuzzed_by_seed_then_every_promise_is_kept() -> None:
    found = list(fuzzed(Plan(mutated=200, drawn=8, guided=0, seconds=0)))

    assert [said for one in found for said in one.said] == []
    assert sum(one.crashes for one in found) == 0
    assert {one.target for one in found} == set(TARGETS) == set(MUTANTS)
    assert {one.by for one in found} == {"mutator", "hypothesis"}
    assert sum(one.executions for one in found) > 3_500


def test_inputs_when_the_seed_is_the_same_then_so_are_they() -> None:
    samples = TARGETS["Procurify page"].samples
    once, again, other = (list(islice(mutations(samples, seed), 50)) for seed in ("1", "1", "2"))

    assert once == again != other


def test_input_when_it_takes_too_long_then_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LONGEST_S", 0.0)
    monkeypatch.setattr(watch, "MEASURE_EVERY", 1_000_000)
    seen = tried(Target(name="slow", check=slowly, samples=[b"a"]), 3)

    assert seen.fuzzed().said[0].startswith("took 0.0 s of the processor; input b")


def slowly(raw: bytes) -> None:
    sum(range(100_000))


def test_input_when_others_took_the_processor_meanwhile_then_tried_again_and_not_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As where Python collects the garbage of 9,000 tests while a bomb is read."""
    seconds = iter([0.0, 1.1, 5.0, 6.05, 7.0, 7.2])
    monkeypatch.setattr(time, "process_time", lambda: next(seconds))
    monkeypatch.setattr(watch, "MEASURE_EVERY", 1_000_000)
    seen = Watch(Target(name="quick", check=lambda raw: None, samples=[b"a"]), "mutator")
    for _ in range(2):  # the first is measured instead
        seen.try_one(b"a")

    assert (seen.fuzzed().said, seen.fuzzed().slowest_ms) == ((), 200.0)


def test_input_when_it_takes_much_memory_then_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "MOST_BYTES", 1024 * 1024)
    seen = Watch(Target(name="large", check=largely, samples=[b"a"]), "mutator")
    seen.try_samples()

    assert seen.fuzzed().said == ("took 2 MiB; input b'a'",)


def largely(raw: bytes) -> None:
    bytearray(2 * 1024 * 1024)


@pytest.mark.parametrize(
    ("plan", "absent"),
    [(series.QUICK, ["hypothesis"]), (series.FULL, ["hypothesis", "atheris"])],
    ids=["quick", "full"],
)
def test_instruments_when_none_is_installed_then_those_that_are_wanted_are_named(
    plan: Plan, absent: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(series, "find_spec", dict[str, object]().get)

    assert missing(plan) == absent
