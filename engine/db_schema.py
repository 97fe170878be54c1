"""The texts that `db.migrate` runs: schema.sql and the grants of the two roles.

The service's role reads and appends events and can never change one; the eraser's role may
besides empty `body` and `salt`, which the trigger of schema.sql allows for nothing else.
"""

from pathlib import Path
from typing import Final

from engine.errors import Misconfigured

NAME_GRANTEE: Final = "SELECT set_config('procurify_syspro.grantee', $1, true)"
"""Names the role for the grant that follows in the same transaction."""

GRANT_SERVICE: Final = """
DO $$
DECLARE grantee text := quote_ident(current_setting('procurify_syspro.grantee'));
BEGIN
    EXECUTE 'GRANT SELECT, INSERT ON events TO ' || grantee;
    EXECUTE 'GRANT SELECT, INSERT, UPDATE ON logs TO ' || grantee;
    EXECUTE 'GRANT SELECT, INSERT, UPDATE, DELETE ON leases, sessions, vault_keys, vault TO '
        || grantee;
    EXECUTE 'GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE '
        'ON checkpoints, facts, documents, needs, commands, polls TO ' || grantee;
END
$$
"""

GRANT_ERASER: Final = """
DO $$
DECLARE grantee text := quote_ident(current_setting('procurify_syspro.grantee'));
BEGIN
    EXECUTE 'GRANT SELECT, INSERT, UPDATE (body, salt) ON events TO ' || grantee;
    EXECUTE 'GRANT SELECT, INSERT, UPDATE ON logs TO ' || grantee;
END
$$
"""


def schema() -> str:
    """The text of schema.sql, from within the wheel or from beside the packages."""
    here = Path(__file__).parent
    for path in (here / "schema.sql", here.parent / "schema.sql"):
        if path.is_file():
            return path.read_text("utf-8")
    raise Misconfigured("schema.sql is neither in the engine's package nor beside it: reinstall")
