"""What `sandbox` is told at its start."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, TypeAlias

Numbering: TypeAlias = Literal["auto", "manual"]
Profile: TypeAlias = Literal["fast", "site"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxOptions:
    """Port 0 means any free one, folder None a new temporary one.

    `faults` is the file of a fault plan (`faults.grammar`); `is_strict` refuses requests to
    Procurify without `X-Procurify-Client`.
    """

    procurify_port: int = 0
    syspro_port: int = 0
    control_port: int = 0
    seed: int = 1
    documents: int = 200
    po_numbering: Numbering = "auto"
    profile: Profile = "fast"
    folder: Path | None = None
    anchor: date | None = None
    faults: Path | None = None
    is_strict: bool = False
