"""The vendors of a scenario, and by what each is found in SYSPRO. Pure."""

from datetime import datetime, timedelta
from random import Random

from engine.sandbox.scenario import names
from engine.sandbox.scenario.model import Vendor
from engine.sandbox.scenario.references import LOCAL_CURRENCY, References

FIRST_VENDOR = 101
CREATED, MAPPED, BY_EXTERNAL_ID = "created", "mapping", "external_id"
_GRN = True
_ROLES = (
    (MAPPED, LOCAL_CURRENCY, _GRN),
    (BY_EXTERNAL_ID, LOCAL_CURRENCY, not _GRN),
    (CREATED, "EUR", not _GRN),
    (MAPPED, "CAD", not _GRN),
    (BY_EXTERNAL_ID, LOCAL_CURRENCY, _GRN),
    (CREATED, LOCAL_CURRENCY, not _GRN),
    (MAPPED, "GBP", not _GRN),
)


def supplier_code(vendor_id: int, binding: str) -> str:
    """The supplier's code: given by people, or by the engine's rule for those it creates."""
    return f"V{vendor_id:06d}" if binding == CREATED else f"S{vendor_id:05d}"


class VendorMaker:
    """Makes one vendor after the other; the id alone decides what is drawn for it."""

    def __init__(self, *, seed: int, references: References, now: datetime) -> None:
        self._seed = seed
        self._references = references
        self._now = now
        self._names = list(names.VENDOR_NAMES)
        Random(f"{seed}/vendor names").shuffle(self._names)
        self._next = FIRST_VENDOR

    def ordinary(self) -> Vendor:
        """The next vendor of the usual round: mapped, with a code, or to be created."""
        place = self._next - FIRST_VENDOR
        binding, currency, is_grn = _ROLES[place % len(_ROLES)]
        return self._make(self._name(place), binding, currency, is_grn_matched=is_grn)

    def outside_code_page(self, place: int) -> Vendor:
        """A vendor whose name SYSPRO's code page cannot hold, and which is not there yet."""
        name = names.OUTSIDE_CODE_PAGE[place % len(names.OUTSIDE_CODE_PAGE)]
        turn = place // len(names.OUTSIDE_CODE_PAGE)
        return self._make(f"{name} {turn}" if turn else name, CREATED, LOCAL_CURRENCY)

    def on_hold(self) -> Vendor:
        """A vendor whose supplier is on hold in SYSPRO."""
        name = f"{self._name(self._next - FIRST_VENDOR)} Ltd"
        return self._make(name, MAPPED, LOCAL_CURRENCY, is_on_hold=True)

    def idle(self, type_: int, *, is_active: bool = True) -> Vendor:
        """A vendor that is no supplier: an employee, a card provider, or inactive."""
        name = f"{self._name(self._next - FIRST_VENDOR)} {type_}"
        return self._make(name, CREATED, LOCAL_CURRENCY, type_=type_, is_active=is_active)

    def named(self, name: str) -> Vendor:
        """A vendor of that name that the engine is to create."""
        return self._make(name, CREATED, LOCAL_CURRENCY)

    def _name(self, place: int) -> str:
        turn, base = divmod(place, len(self._names))
        if turn == 0:
            return self._names[base]
        return f"{self._names[base]} {names.VENDOR_SUFFIXES[turn % 8]} {turn}"

    def _make(
        self,
        name: str,
        binding: str,
        currency: str,
        *,
        is_grn_matched: bool = False,
        is_on_hold: bool = False,
        type_: int = 0,
        is_active: bool = True,
    ) -> Vendor:
        identity = self._next
        self._next += 1
        rng = Random(f"{self._seed}/vendor/{identity}")
        city, state, postal_code, country = rng.choice(names.PLACES)
        first, last, _, _ = rng.choice(names.PEOPLE)
        code = supplier_code(identity, binding)
        return Vendor(
            id=identity,
            name=name,
            is_active=is_active,
            type=type_ or rng.choice((3, 3, 3, 4, 1)),
            currency=self._references.currencies[currency],
            term=rng.choice(list(self._references.terms.values())),
            address=f"{rng.randint(1, 480)} {rng.choice(names.STREETS)}",
            city=city,
            state=state,
            postal_code=postal_code,
            country=country,
            phone=f"+1 555 01{identity % 100:02d}",
            email=f"orders@vendor{identity}.example",
            contact=f"{first} {last}",
            external_id=code if binding == BY_EXTERNAL_ID else "",
            modified_at=self._now - timedelta(days=rng.uniform(1, 5)),
            supplier=code,
            binding=binding,
            is_grn_matched=is_grn_matched,
            is_on_hold=is_on_hold,
            supplier_currency=currency,
        )
