"""What the simulation is worth: engines without a safeguard are noticed, the shipped one is not."""

import pytest

from engine.proof.mutants import MUTATIONS, hunted
from engine.proof.simulation.rough import LATEST_S, noticed, rough_script
from engine.proof.simulation.script import LONGEST_EXECUTION_S
from engine.proof.simulation.site import DRAIN_S

SEEDS = range(1, 4)


@pytest.mark.parametrize("name", ["no-fence", "stale-read", "no-intent"])
def test_mutant_when_a_safeguard_is_left_out_then_a_seed_notices(name: str) -> None:
    (mutation,) = [one for one in MUTATIONS if one.name == name]
    found = hunted(mutation, "simulation", noticed, SEEDS)
    assert found.is_killed, found.said


def test_shipped_when_the_same_seed_is_run_then_nothing_is_noticed() -> None:
    assert noticed(SEEDS[0]) == ""


def test_rough_script_when_drawn_then_late_requests_outlive_the_drain_and_executions_do_not() -> (
    None
):
    scripts = [rough_script(seed) for seed in range(60)]
    assert scripts == [rough_script(seed) for seed in range(60)]
    waits = [
        (entry["do"], entry["seconds"])
        for script in scripts
        for entry in script.plan
        if entry["do"] in ("hold", "delay")
    ]
    held = [seconds for what, seconds in waits if what == "hold"]
    late = [seconds for what, seconds in waits if what == "delay"]
    assert held and all(
        2 < float(str(seconds)) <= LONGEST_EXECUTION_S < DRAIN_S for seconds in held
    )
    assert late and all(DRAIN_S < float(str(seconds)) <= LATEST_S for seconds in late)
    assert {len(script.blows) > 0 for script in scripts} == {True, False}
