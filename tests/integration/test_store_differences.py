"""Whatever is asked of it, the simulation's store answers as PostgreSQL does and keeps the same."""

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_beds import ROLES, Bed

from engine.core.projection import Table
from engine.db import Database
from engine.derived.rows import Checkpoint

TENANTS = count(1)
BEGINNING = [("acquire", (role, "one", 3600.0)) for role in ROLES]

streams = st.sampled_from(["s/1", "s/2", "s", "ü"])
roles = st.sampled_from(ROLES)
epochs = st.sampled_from([1, 1, 1, 2, 3])
ttls = st.sampled_from([-1.0, 3600.0])
holders = st.sampled_from(["one", "two"])
fences = st.tuples(roles, epochs)
checkpoints = st.builds(
    Checkpoint,
    version=st.just(1),
    position=st.integers(0, 2),
    part=st.sampled_from(["", "x"]),
)


def deeds_of(name: str, *arguments: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.tuples(st.just(name), st.tuples(*arguments))


of_log = st.one_of(
    deeds_of(
        "append",
        st.lists(streams, min_size=1, max_size=3),
        st.none() | st.integers(0, 3),
        st.none() | fences,
        st.none() | st.integers(1, 4),
        st.none() | st.integers(1, 4),
    ),
    deeds_of("append", st.lists(streams, min_size=1), *(st.none() for _ in range(4))),
    deeds_of("read", st.integers(0, 6), st.integers(1, 4)),
    deeds_of("latest", st.sampled_from(["", "s", "s/", "ü"])),
    deeds_of("erase", st.integers(1, 6)),
)
of_holding = st.one_of(
    deeds_of("acquire", roles, holders, ttls),
    deeds_of("renew", roles, epochs, ttls),
    deeds_of("release", roles, epochs),
    deeds_of("announce", st.sampled_from(["", *ROLES]), epochs, holders),
    deeds_of("save", st.integers(0, 3), st.sampled_from(["", *ROLES]), epochs),
    deeds_of("revoke", st.integers(0, 3)),
    deeds_of("unrevoked", holders),
)
of_rows = deeds_of(
    "project",
    st.just(("project", 1)) | fences,
    st.sampled_from([False, False, False, True]),
    checkpoints,
    st.lists(
        st.tuples(
            st.sampled_from(Table),
            st.sampled_from(["a", "b", "ü"]),
            st.none() | st.integers(0, 3),
        ),
        max_size=4,
    ),
    st.lists(st.tuples(st.sampled_from("fg"), st.sampled_from("xy"), st.booleans()), max_size=3),
    st.sampled_from([False, False, True]),
)
stories = st.one_of(
    *(
        st.lists(deeds, min_size=5, max_size=25)
        for deeds in (of_log | of_holding | of_rows, of_log, of_holding, of_rows)
    )
)


@pytest.mark.timeout(120)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=stories)
async def test_store_when_the_same_is_asked_of_it_then_the_same_answers_and_the_same_rows(
    postgres: Database, memory: Database, story: list[tuple[str, tuple[object, ...]]]
) -> None:
    tenant = f"tenant {next(TENANTS)}"
    real, made = Bed(postgres, tenant), Bed(memory, tenant)
    for deed in [*BEGINNING, *story]:
        assert await made.do(deed) == await real.do(deed)
    assert await made.standing() == await real.standing()
