"""The environment is read here, and nowhere else in the engine.

Four variables have a meaning by themselves: `DATABASE_URL` (wins over the configuration file),
`PG_BIN` (the programs of a PostgreSQL for the embedded server), `PROCURIFY_SYSPRO_CONFIG`
(where the configuration file lies) and `PROCURIFY_SYSPRO_CHAOS` (where a harness wants the engine
to die). A fifth is named by `vault.key_env`.
"""

import os

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Environment(BaseSettings):
    """What the environment says, empty where it says nothing."""

    model_config = SettingsConfigDict(case_sensitive=True, extra="ignore", frozen=True)

    database_url: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="DATABASE_URL",
        description="PostgreSQL to use instead of `[database]`; wins over the file.",
    )
    pg_bin: str = Field(
        default="",
        validation_alias="PG_BIN",
        description="Folder of the PostgreSQL programs for the embedded server.",
    )
    config: str = Field(
        default="",
        validation_alias="PROCURIFY_SYSPRO_CONFIG",
        description="Path of the configuration file when `--config` is not given.",
    )
    chaos: str = Field(
        default="",
        validation_alias="PROCURIFY_SYSPRO_CHAOS",
        description="Where `run` is to kill itself, for the kill harness; refused without "
        "`[bootstrap]`.",
    )


def environment() -> Environment:
    """What the environment says now."""
    return Environment()


def variable(name: str) -> str | None:
    """The value of one variable, None when it is not set."""
    return os.environ.get(name)
