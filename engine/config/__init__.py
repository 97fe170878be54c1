"""The configuration file and the environment, checked whole before anything starts.

`load` gives a `Config` or raises `Misconfigured` with one line a fault. The tables and their
settings stand in `config.tables`; only this package reads the environment. Knows no domain word.
"""

import base64
import binascii
import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from engine.config.environment import environment, variable
from engine.config.faults import sentences
from engine.config.policy import Policy
from engine.config.reference import Setting, settings
from engine.config.tables import (
    BootstrapTable,
    CompanyTable,
    ProcurifyTable,
    Schedule,
    ServiceTable,
    TenantTable,
    VaultTable,
)
from engine.config.whole import Config
from engine.errors import Misconfigured

__all__ = [
    "BootstrapTable",
    "CompanyTable",
    "Config",
    "Policy",
    "ProcurifyTable",
    "Schedule",
    "ServiceTable",
    "Setting",
    "TenantTable",
    "VaultTable",
    "environment",
    "key_encryption_key",
    "load",
    "settings",
]

KEY_BYTES = 32


def load(path: str | Path | None = None) -> Config:
    """The configuration in the file, with DATABASE_URL in place of its database if that is set.

    Without a path the file is the one that PROCURIFY_SYSPRO_CONFIG names.
    """
    around = environment()
    named = str(path) if path is not None else around.config
    if not named:
        raise Misconfigured(
            "no configuration file: give --config FILE or set PROCURIFY_SYSPRO_CONFIG"
        )
    raw = dict(_read(Path(named)))
    url = around.database_url.get_secret_value()
    if url:
        raw["database"] = {**_table(raw.get("database", {})), "url": url}
    try:
        return Config.model_validate(raw)
    except ValidationError as error:
        raise Misconfigured(f"{named}:\n{sentences(error, raw, Config)}") from None


def key_encryption_key(vault: VaultTable) -> bytes:
    """The 32 bytes of the key-encryption key, read from where the configuration says it is."""
    if vault.key_env:
        source, text = f"environment variable {vault.key_env}", variable(vault.key_env)
        if text is None:
            raise Misconfigured(f"vault.key_env: the {source} is not set")
    elif vault.key_file:
        source, text = vault.key_file, _key_text(Path(vault.key_file))
    else:
        source, text = "vault.key", vault.key.get_secret_value()
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise Misconfigured(
            f"{source}: the key-encryption key must be base64 of {KEY_BYTES} bytes"
        ) from None
    if len(key) != KEY_BYTES:
        raise Misconfigured(
            f"{source}: the key-encryption key must be {KEY_BYTES} bytes, not {len(key)}"
        )
    return key


def _read(path: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Misconfigured(f"{path}: there is no such configuration file") from None
    except OSError as error:
        raise Misconfigured(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise Misconfigured(f"{path}: is not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(f"{path}: is not TOML: {error}") from None


def _table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _key_text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(
            f"vault.key_file: {path} cannot be read as a key: {type(error).__name__}"
        ) from None
