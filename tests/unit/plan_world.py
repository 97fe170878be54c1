"""A small world for planning tests: rows in memory, events by what happened, nothing fetched early.

Every row goes through canonical bytes, and is only seen after it was asked for, as behind a
database.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from engine.core.canonical import JsonObject, canonical, loads
from engine.core.events import Event
from engine.core.keys import comparable_key
from engine.core.mapping import mapping_stream
from engine.core.projection import Address, Ask, Table
from projections import Planning, planning

TENANT, SOURCE, COMPANY = "tenant-a", "acme", "EDU1"
START = datetime(2026, 11, 1, tzinfo=UTC)
POLICY: JsonObject = {
    "po_numbering": "auto",
    "create_suppliers": True,
    "supplier_prefix": "V",
    "supplier_branch": "10",
    "supplier_terms": "30",
    "supplier_bank": "",
    "default_warehouse": "FG",
    "product_class": "NONS",
    "default_unit": "EA",
    "local_currency": "USD",
}
KINDS = (
    "suppliers",
    "supplier_addresses",
    "ledger_codes",
    "currencies",
    "tax_codes",
    "periods",
    "terms",
    "purchase_orders",
    "invoices",
    "grns",
    "stock_codes",
    "warehouses",
)
Row = dict[str, Any]


@dataclass(slots=True)
class LazyView:
    """Rows that must be asked for before they are seen."""

    rows: Mapping[Address, bytes]
    index: Mapping[str, set[str]] = field(default_factory=dict)
    fetched: set[Address] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)
    read: dict[Address, JsonObject | None] = field(default_factory=dict)

    def get(self, table: Table, key: str) -> JsonObject | None:
        address = Address(table=table, key=key)
        if address not in self.fetched:
            raise Ask(rows=[address])
        if address not in self.read:
            raw = self.rows.get(address)
            self.read[address] = None if raw is None else orjson.loads(raw)
        return self.read[address]

    def dependants(self, need: str) -> Sequence[str]:
        if need not in self.answered:
            raise Ask(needs=[need])
        return sorted(self.index.get(need, ()))


@dataclass(slots=True)
class World:
    """All rows, and the log that led to them."""

    projection: Planning = field(default_factory=planning)
    rows: dict[Address, bytes] = field(default_factory=dict)
    index: dict[str, set[str]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)
    asks: int = 0
    company: str = COMPANY

    def twin(self) -> "World":
        """Another world that has come as far as this one."""
        return replace(
            self,
            rows=dict(self.rows),
            index={need: set(keys) for need, keys in self.index.items()},
            events=list(self.events),
            versions=dict(self.versions),
        )

    def append(self, stream: str, type_: str, body: Any) -> Event:
        self.versions[stream] = self.versions.get(stream, 0) + 1
        position = len(self.events) + 1
        event = Event(
            tenant=TENANT,
            position=position,
            event_id=UUID(int=position),
            stream=stream,
            version=self.versions[stream],
            type=type_,
            schema_version=1,
            body=body if body is None else _plain(body),
            actor="test",
            run_id="run",
            correlation="",
            causation=None,
            recorded_at=START + timedelta(seconds=position),
            hash=b"",
        )
        self.events.append(event)
        self.evolve(event)
        return event

    def evolve(self, event: Event) -> int:
        view = LazyView(self.rows, self.index)
        while True:
            try:
                changes = self.projection.evolve(view, event)
            except Ask as ask:
                assert (ask.rows - view.fetched) or (ask.needs - view.answered), "asked twice"
                self.asks += 1
                view.fetched |= ask.rows
                view.answered |= ask.needs
                continue
            for address, body in changes.items():
                self._reindex(address, body)
                if body is None:
                    self.rows.pop(address, None)
                else:
                    self.rows[address] = canonical(body)
            return len(changes)

    def _reindex(self, address: Address, body: JsonObject | None) -> None:
        if address.table is not Table.DOCUMENTS:
            return
        before, after = self.row(address.table, address.key), body
        for need in before["needs"] if before else ():
            self.index[need].discard(address.key)
        needs = after["needs"] if after else {}
        assert isinstance(needs, dict)
        for need in needs:
            self.index.setdefault(need, set()).add(address.key)

    def row(self, table: Table, key: str) -> Row | None:
        raw = self.rows.get(Address(table=table, key=key))
        body = None if raw is None else loads(raw)
        assert body is None or isinstance(body, dict)
        return body

    def fact(self, key: str) -> Row | None:
        return self.row(Table.FACTS, key)

    def document(self, kind: str, identity: str) -> Row:
        found = self.row(Table.DOCUMENTS, f"{kind}:{SOURCE}/{identity}")
        assert found is not None
        return found

    def commands(self, *states: str) -> list[Row]:
        found = [self.row(a.table, a.key) for a in self.rows if a.table is Table.COMMANDS]
        listed = [row for row in found if row and (not states or row["state"] in states)]
        return sorted(listed, key=lambda row: (row["stage"], row["planned_position"], row["key"]))

    def command(self, kind: str, identity: str) -> Row:
        """The one open command of a document."""
        document = self.document(kind, identity)
        found = self.row(Table.COMMANDS, document["command"])
        assert found is not None, document
        return found

    def standing(self, kind: str, identity: str) -> tuple[str, str]:
        document = self.document(kind, identity)
        return document["state"], document["reason"]

    # what happens

    def source(self, type_: str, kind: str, identity: str, document: object) -> Event:
        stream = f"procurify/{SOURCE}/{kind}/{identity}"
        body: Row = {"source": SOURCE, "kind": kind, "id": identity}
        if not type_.endswith("Vanished"):
            body |= {"digest": "d", "modified_at": "", "document": document}
        return self.append(stream, type_, body)

    def syspro(self, kind: str, type_: str, keys: Iterable[str], row: Row | None) -> Event:
        key = "|".join(comparable_key(part) for part in keys)
        body: Row = {"company": self.company, "kind": kind, "key": key}
        name = f"Syspro{type_}{'Vanished' if row is None else 'Changed'}"
        if row is not None:
            body |= {"digest": "d", "row": row}
        return self.append(f"syspro/{self.company}/{kind}/{key}", name, body)

    def supplier(self, code: str, name: str = "Known", **columns: str) -> Event:
        row = {
            "Supplier": code,
            "SupplierName": name,
            "Currency": "USD",
            "OnHold": "N",
            "PurchOrdAllowed": "Y",
            "GrnMatchReqd": "N",
            **columns,
        }
        return self.syspro("supplier", "Supplier", [code], row)

    def ledger(self, code: str, *, control: str = "N", held: str = "N") -> Event:
        row = {
            "Company": self.company,
            "GlCode": code,
            "ControlAccFlag": control,
            "AccOnHldFlag": held,
        }
        return self.syspro("ledger_code", "LedgerCode", [code], row)

    def mapping(self, kind: str, key: str, target: str, **fields: str) -> Event:
        body = {"kind": kind, "key": key, "target": target, "company": self.company, "note": ""}
        body |= fields
        stream = mapping_stream(kind, key, body["company"], body.get("from_on", ""))
        return self.append(stream, "MappingApproved", body)

    def policy(self, **settings: object) -> Event:
        body = {**POLICY, **settings}
        return self.append(f"policy/{self.company}", "PolicySet", body)

    def read_all(self, *, but: Sequence[str] = ()) -> None:
        for resource in KINDS:
            if resource not in but:
                self.poll("syspro", self.company, resource)

    def poll(self, side: str, name: str, resource: str) -> Event:
        body = {"side": side, "name": name, "resource": resource, "window": None, "pages": 1}
        body |= {"calls": 1, "read": 2, "new": 1, "changed": 0, "unchanged": 1, "vanished": 0}
        body |= {"is_complete": True, "cursor": None, "seconds": "0.1"}
        return self.append(f"poll/{side}/{name}/{resource}", "PollFinished", body)

    def intend(self, row: Row) -> None:
        body = {name: row[name] for name in ("document", "type", "action", "company", "revision")}
        body |= {"command": row["key"], "attempt": row["attempt"] + 1, "session_tag": "s1"}
        body |= {"external_key": row["external_key"], "payload": row["payload"]}
        body["generation"] = row.get("generation", 1)
        self.append(f"command/{row['key']}", "PostIntended", body)

    def accept(self, row: Row, syspro_key: str) -> None:
        body = {"syspro_key": syspro_key, "warnings": [], "reply": "", "attempt": 1}
        self.append(f"command/{row['key']}", "PostAccepted", body)

    def verify(self, row: Row, lines: Mapping[str, int], differences: Sequence[str] = ()) -> None:
        body = {
            "syspro_key": "",
            "is_equal": not differences,
            "differences": list(differences),
            "lines": [{"item_id": item, "line": line} for item, line in lines.items()],
        }
        self.append(f"command/{row['key']}", "PostVerified", body)

    def post(self, row: Row, syspro_key: str, lines: Mapping[str, int] | None = None) -> None:
        self.intend(row)
        self.accept(row, syspro_key)
        self.verify(row, lines or {})


def _plain(body: JsonObject) -> JsonObject:
    found = loads(canonical(body))
    assert isinstance(found, dict)
    return found


_ready: dict[str, World] = {}


def ready_world(**settings: object) -> World:
    """A world of its own where SYSPRO was read and everything usual is mapped."""
    key = repr(sorted(settings.items()))
    if key not in _ready:
        _ready[key] = _made_ready(settings)
    return _ready[key].twin()


def _made_ready(settings: Mapping[str, object]) -> World:
    world = World()
    world.policy(**settings)
    fill_company(world)
    world.source(
        "LocationChanged",
        "location",
        "7",
        {"id": 7, "name": "HQ", "locationTimezone": "America/Vancouver", "headquarter": True},
    )
    world.source("CurrencyChanged", "currency", "1", {"id": 1, "name": "USD"})
    world.read_all()
    return world


def fill_company(world: World) -> None:
    """The world's company has everything usual, mapped."""
    for kind, key, target in (
        ("account", "6100", "6100-00"),
        ("account", "6100/Engineering", "6100-20"),
        ("account", "5100", "5100-00"),
        ("currency", "USD", "USD"),
        ("currency", "CAD", "CAD"),
        ("department", "Operations", "RM"),
        ("unit", "each", "EA"),
        ("tax", "GST 5%", "A"),
        ("tax", "HST 13%", "C"),
        ("terms", "Net 30", "30"),
        ("vendor", "118", "S00118"),
        ("vendor", "119", "S00119"),
    ):
        world.mapping(kind, key, target)
    for code in ("6100-00", "6100-20", "5100-00"):
        world.ledger(code)
    world.ledger("2000-00", control="Y")
    world.supplier("S00118")
    world.supplier("S00119", GrnMatchReqd="Y")
    for code, ledger in (("A", "2310-00"), ("C", "2320-00")):
        row = {"TaxCode": code, "ApTaxGlCode": ledger}
        world.syspro("tax_code", "TaxCode", [code], row)
    world.syspro("stock_code", "StockCode", ["A100"], {"StockCode": "A100", "StockUom": "EA"})
    for warehouse in ("FG", "RM"):
        world.syspro("warehouse", "Warehouse", [warehouse], {"Warehouse": warehouse})
    world.syspro("periods", "Periods", [COMPANY], periods(2026, 11, is_open=(9, 10, 11)))


def periods(year: int, current: int, *, is_open: Sequence[int]) -> Row:
    row: Row = {"Company": COMPANY, "GlYear": str(year), "GlPeriod": str(current)}
    for number in range(1, 13):
        row[f"CurYrPrdStat{number}"] = "O" if number in is_open else "C"
        row[f"PrvYrPrdStat{number}"] = "C"
    return row
