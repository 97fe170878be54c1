"""The simulation's store as a database of tests that run on both stores."""

import pytest
from memory_statements import TEST_STATEMENTS

from engine.clock import SystemClock
from engine.db import Database
from engine.proof.simulation.store.database import MemoryDatabase
from engine.proof.simulation.store.server import Server
from engine.proof.simulation.store.statements import STATEMENTS


@pytest.fixture
def memory() -> Database:
    """A fresh store in memory that knows the tests' own statements besides the engine's."""
    return MemoryDatabase(Server(SystemClock(), {**STATEMENTS, **TEST_STATEMENTS}))
