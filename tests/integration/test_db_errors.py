"""Every error that the driver can raise has its place in ours."""

import inspect

import asyncpg
import pytest

from engine.db import UniqueViolation, as_engine_error
from engine.errors import (
    Conflict,
    EngineError,
    Forbidden,
    Malformed,
    Misconfigured,
    TimedOut,
    Transient,
)

DRIVER_ERRORS = sorted(
    {
        kind
        for _, kind in inspect.getmembers(asyncpg.exceptions, inspect.isclass)
        if issubclass(kind, Exception) and not issubclass(kind, Warning)
    },
    key=lambda kind: kind.__name__,
)

TRANSIENT = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.DiskFullError,
    asyncpg.OutOfMemoryError,
    asyncpg.LockNotAvailableError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.exceptions.InvalidCachedStatementError,
    asyncpg.exceptions.OutdatedSchemaCacheError,
    asyncpg.exceptions.TransactionResolutionUnknownError,
    asyncpg.exceptions.StatementCompletionUnknownError,
    ConnectionResetError,
    ConnectionRefusedError,
    OSError,
)
EXPECTED: dict[type[Exception], type[EngineError]] = {
    **dict.fromkeys(TRANSIENT, Transient),
    asyncpg.QueryCanceledError: TimedOut,
    TimeoutError: TimedOut,
    asyncpg.UniqueViolationError: UniqueViolation,
    asyncpg.ExclusionViolationError: UniqueViolation,
    asyncpg.CheckViolationError: Malformed,
    asyncpg.NotNullViolationError: Malformed,
    asyncpg.CharacterNotInRepertoireError: Malformed,
    asyncpg.DataError: Malformed,
    asyncpg.InvalidPasswordError: Misconfigured,
    asyncpg.InvalidAuthorizationSpecificationError: Misconfigured,
    asyncpg.InvalidCatalogNameError: Misconfigured,
    asyncpg.UndefinedTableError: Misconfigured,
    asyncpg.UndefinedColumnError: Misconfigured,
    asyncpg.PostgresSyntaxError: Misconfigured,
    asyncpg.InvalidSQLStatementNameError: Misconfigured,
    asyncpg.ClientConfigurationError: Misconfigured,
    asyncpg.DataCorruptedError: Misconfigured,
    asyncpg.InsufficientPrivilegeError: Forbidden,
}


@pytest.mark.parametrize("kind", DRIVER_ERRORS, ids=lambda kind: kind.__name__)
def test_as_engine_error_when_the_driver_raises_then_one_of_ours(kind: type[Exception]) -> None:
    assert isinstance(as_engine_error(kind("said so")), EngineError)


@pytest.mark.parametrize("kind", EXPECTED, ids=lambda kind: kind.__name__)
def test_as_engine_error_when_known_then_named_for_what_one_does_next(
    kind: type[Exception],
) -> None:
    ours = as_engine_error(kind("said so\nDETAIL: a whole row"))
    assert type(ours) is EXPECTED[kind]
    assert "whole row" not in str(ours)


def test_unique_violation_when_caught_as_conflict_then_it_is_one() -> None:
    assert issubclass(UniqueViolation, Conflict)
