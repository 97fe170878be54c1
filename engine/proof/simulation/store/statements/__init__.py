"""Every statement of the owning modules that a running service needs, and what it means.

The text of the statement is its name: a changed text is an unknown statement until its meaning
here was looked at again.
"""

from collections.abc import Mapping
from typing import Final

from engine.proof.simulation.store.server import Statement
from engine.proof.simulation.store.statements.asking import ASKING
from engine.proof.simulation.store.statements.derived import DERIVED
from engine.proof.simulation.store.statements.holding import HOLDING
from engine.proof.simulation.store.statements.log import LOG
from engine.proof.simulation.store.statements.reading import READING

STATEMENTS: Final[Mapping[str, Statement]] = {**LOG, **HOLDING, **DERIVED, **READING, **ASKING}
