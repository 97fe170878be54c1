"""An order that changes or ends at every moment of its way (reliability.md P24–P26, exhaustive)."""

import itertools
from collections.abc import Callable

import pytest
from plan_documents import line, order
from plan_world import World, ready_world

LINES = {"10421": 1}
MOMENTS = 4
"""Before the intent, before the answer, before the reading back, at rest."""


class Sending:
    """A lane in steps: intent, answer, reading back; `sent` keeps what went out, in order."""

    def __init__(self) -> None:
        self.world = ready_world()
        self.sent: list[tuple[str, str]] = []

    def changed(self, version: int, **fields: object) -> None:
        body = order(
            1042, line(quantity=version, total_cost=f"{version * 12.5:.2f}"), version=version
        )
        self.world.source("PurchaseOrderChanged", "purchase_order", "1042", {**body, **fields})

    def step(self) -> bool:
        """One step further; False when there is nothing to do."""
        world = self.world
        for state, act in (
            ("accepted", lambda row: world.verify(row, LINES)),
            ("sending", lambda row: world.accept(row, "000547")),
            ("ready", self._intend),
        ):
            rows = world.commands(state)
            assert len(rows) <= 1, "two open commands of one document"
            if rows:
                act(rows[0])
                return True
        return False

    def _intend(self, row: dict[str, object]) -> None:
        payload = row["payload"]
        assert isinstance(payload, dict)
        lines = payload.get("lines") or [{}]
        self.sent.append((str(row["action"]), str(lines[0].get("quantity", ""))))
        self.world.intend(row)

    def steps(self, most: int) -> None:
        for _ in range(most):
            self.step()

    def rest(self) -> None:
        for _ in range(50):
            if not self.step():
                return
        raise AssertionError("it never rests")


@pytest.mark.parametrize(
    ("second", "third"), list(itertools.combinations_with_replacement(range(MOMENTS), 2))
)
def test_order_when_three_versions_come_at_any_moments_p26_then_in_order_and_the_last_stays(
    second: int, third: int
) -> None:
    lane = Sending()
    lane.changed(1)
    lane.steps(second)
    lane.changed(2)
    lane.steps(third - second)
    lane.changed(3)
    lane.rest()
    quantities = [quantity for _, quantity in lane.sent]
    assert quantities == sorted(set(quantities)) and quantities[-1] == "3"
    assert [action for action, _ in lane.sent] == ["add", *["change"] * (len(lane.sent) - 1)]
    assert ("1" in quantities) == (second > 0)
    if third == 0:
        assert quantities == ["3"]
    assert lane.world.standing("purchase_order", "1042") == ("in_syspro", "")


def ended(world: World) -> None:
    body = order(1042, line(quantity=1, total_cost="12.50"), state=1, active=False, version=2)
    world.source("PurchaseOrderChanged", "purchase_order", "1042", body)


def deleted(world: World) -> None:
    world.source("PurchaseOrderVanished", "purchase_order", "1042", None)


@pytest.mark.parametrize("moment", range(MOMENTS))
@pytest.mark.parametrize("end", [ended, deleted])
def test_order_when_it_ends_at_any_moment_p24_p25_then_not_sent_or_not_left_in_silence(
    end: Callable[[World], None], moment: int
) -> None:
    """P25 `SourceCancelledAfterPost`: a cancellation of an order is sent, a deletion is held."""
    lane = Sending()
    lane.changed(1)
    lane.steps(moment)
    end(lane.world)
    lane.rest()
    actions = [action for action, _ in lane.sent]
    standing = lane.world.standing("purchase_order", "1042")
    if moment == 0:
        assert (actions, standing[0]) == ([], "not_eligible")
    elif end is ended:
        assert (actions, standing[0]) == (["add", "cancel"], "cancelled_in_syspro")
    else:
        assert (actions, standing) == (["add"], ("held", "DELETED_IN_PROCURIFY"))
        lane.changed(2)
        lane.rest()
        assert lane.world.standing("purchase_order", "1042") == ("in_syspro", "")
