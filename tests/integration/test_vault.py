"""The vault on a real PostgreSQL: sealed at rest, wrong keys, rotation that is broken off."""

import asyncio

import pytest

from engine.db import Database, octets
from engine.errors import Malformed, Misconfigured, NotFound, Transient
from engine.vault import Secret, Vault

pytestmark = pytest.mark.both_stores

KEK, NEW_KEK, OTHER_KEK = b"k" * 32, b"n" * 32, b"o" * 32
CANARY = "canary-Pa55 wörd/+"


async def test_secret_when_put_then_it_is_got_back_and_not_in_any_table(
    database: Database,
) -> None:
    vault = Vault(database, KEK)
    await vault.put("acme", "procurify/acme/client_secret", Secret(CANARY))
    await vault.put("acme", "a", "first")
    await vault.put("acme", "a", "second")
    again = Vault(database, KEK)
    assert (await again.get("acme", "procurify/acme/client_secret")).reveal() == CANARY
    assert (await again.get("acme", "a")).reveal() == "second"
    assert await again.names("acme") == ["a", "procurify/acme/client_secret"]
    assert await again.names("other") == []
    for sql in ("SELECT wrapped_key AS found FROM vault_keys", "SELECT sealed AS found FROM vault"):
        for row in await database.fetch(sql):
            assert CANARY.encode() not in octets(row, "found")


async def test_secret_when_there_is_none_then_it_says_how_to_put_it(database: Database) -> None:
    with pytest.raises(NotFound, match="credentials set"):
        await Vault(database, KEK).get("acme", "nothing")


@pytest.mark.parametrize("name", ["", "a\x00b"])
async def test_put_when_the_name_is_none_then_refused(database: Database, name: str) -> None:
    with pytest.raises(Malformed):
        await Vault(database, KEK).put("acme", name, "x")


async def test_kek_when_wrong_then_nothing_opens_and_nothing_changes(database: Database) -> None:
    await Vault(database, KEK).put("acme", "a", "secret")
    before = [tuple(row.values()) for row in await database.fetch("SELECT * FROM vault_keys")]
    wrong = Vault(database, OTHER_KEK)
    text = "the key-encryption key does not open the vault"
    with pytest.raises(Misconfigured, match=text):
        await wrong.check()
    with pytest.raises(Misconfigured, match=text):
        await wrong.get("acme", "a")
    with pytest.raises(Misconfigured, match=text):
        await wrong.put("acme", "a", "overwritten")
    with pytest.raises(Misconfigured, match=text):
        await wrong.put("other", "a", "of another tenant")
    with pytest.raises(Misconfigured, match=text):
        await wrong.rotate_key(NEW_KEK)
    after = [tuple(row.values()) for row in await database.fetch("SELECT * FROM vault_keys")]
    assert after == before
    assert (await Vault(database, KEK).get("acme", "a")).reveal() == "secret"


async def test_kek_when_of_the_wrong_length_then_refused(database: Database) -> None:
    with pytest.raises(Misconfigured, match="32 bytes"):
        Vault(database, b"short")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE vault SET sealed = (SELECT sealed FROM vault WHERE name = 'b') WHERE name = 'a'",
        "UPDATE vault SET sealed = substr(sealed, 1, 20) WHERE name = 'a'",
        "UPDATE vault SET sealed = substr(sealed, 1, 5) WHERE name = 'a'",
        "UPDATE vault SET sealed = set_byte(sealed, 30, get_byte(sealed, 30) # 1) WHERE name = 'a'",
        "UPDATE vault SET sealed = set_byte(sealed, 0, 9) WHERE name = 'a'",
    ],
)
async def test_sealed_when_moved_cut_or_flipped_then_it_does_not_open(
    database: Database, sql: str
) -> None:
    vault = Vault(database, KEK)
    await vault.put("acme", "a", "secret one")
    await vault.put("acme", "b", "secret two")
    await database.execute(sql)
    with pytest.raises(Malformed):
        await vault.get("acme", "a")
    assert (await vault.get("acme", "b")).reveal() == "secret two"


@pytest.mark.only_postgres
async def test_secret_when_copied_to_another_tenant_then_it_does_not_open(
    database: Database,
) -> None:
    vault = Vault(database, KEK)
    await vault.put("acme", "a", "secret")
    for table in ("vault_keys", "vault"):
        await database.execute(
            f"CREATE TEMPORARY TABLE copy AS SELECT * FROM {table}; "
            f"UPDATE copy SET tenant = 'other'; INSERT INTO {table} SELECT * FROM copy; "
            "DROP TABLE copy"
        )
    with pytest.raises(Misconfigured, match="damaged"):
        await vault.get("other", "a")


async def test_rotation_when_done_then_the_new_key_opens_and_the_old_does_not(
    database: Database,
) -> None:
    vault = Vault(database, KEK)
    for tenant in ("acme", "other", "third"):
        await vault.put(tenant, "a", f"secret of {tenant}")
    sealed = await database.fetch("SELECT sealed FROM vault ORDER BY tenant")
    assert await vault.rotate_key(NEW_KEK) == 3
    assert await vault.rotate_key(NEW_KEK) == 0
    unchanged = await database.fetch("SELECT sealed FROM vault ORDER BY tenant")
    assert [octets(row, "sealed") for row in unchanged] == [octets(row, "sealed") for row in sealed]
    assert (await vault.get("acme", "a")).reveal() == "secret of acme"
    new = Vault(database, NEW_KEK)
    await new.check()
    assert (await new.get("other", "a")).reveal() == "secret of other"
    with pytest.raises(Misconfigured):
        await Vault(database, KEK).check()


@pytest.mark.parametrize("stop_after", [0, 1, 2])
async def test_rotation_when_broken_off_at_any_row_then_repeating_it_ends_it(
    database: Database, stop_after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = Vault(database, KEK)
    for tenant in ("acme", "other", "third"):
        await vault.put(tenant, "a", f"secret of {tenant}")
    done = 0
    execute = type(database).execute

    async def failing(self: Database, sql: str, *arguments: object) -> int:
        nonlocal done
        if sql.startswith("UPDATE vault_keys"):
            if done == stop_after:
                raise Transient("killed")
            done += 1
        return await execute(self, sql, *arguments)

    monkeypatch.setattr(type(database), "execute", failing)
    with pytest.raises(Transient):
        await vault.rotate_key(NEW_KEK)
    monkeypatch.undo()
    both = Vault(database, NEW_KEK, former=KEK)
    for tenant in ("acme", "other", "third"):
        assert (await both.get(tenant, "a")).reveal() == f"secret of {tenant}"
    assert await Vault(database, KEK).rotate_key(NEW_KEK) == 3 - stop_after
    await Vault(database, NEW_KEK).check()


async def test_tenant_key_when_two_begin_at_once_then_there_is_one(database: Database) -> None:
    vaults = [Vault(database, KEK) for _ in range(5)]
    async with asyncio.TaskGroup() as group:
        for number, vault in enumerate(vaults):
            group.create_task(vault.put("acme", f"name {number}", f"secret {number}"))
    rows = await database.fetch("SELECT key_id FROM vault_keys")
    assert len(rows) == 1
    for number in range(5):
        assert (await vaults[0].get("acme", f"name {number}")).reveal() == f"secret {number}"


async def test_seal_when_opened_then_only_under_its_name_and_tenant(database: Database) -> None:
    vault = Vault(database, KEK)
    sealed = await vault.seal("acme", "session 1", b"token")
    assert b"token" not in sealed
    assert await Vault(database, KEK).unseal("acme", "session 1", sealed) == b"token"
    with pytest.raises(Malformed, match="moved"):
        await vault.unseal("acme", "session 2", sealed)
    with pytest.raises(Malformed, match="no tenant key"):
        await vault.unseal("other", "session 1", sealed)
    for broken in (b"", b"\x02" + sealed[1:], sealed[:10], sealed[:-1]):
        with pytest.raises(Malformed):
            await vault.unseal("acme", "session 1", broken)


async def test_tag_when_made_again_then_the_same_and_not_another_tenants(
    database: Database,
) -> None:
    vault = Vault(database, KEK)
    tag = await vault.tag("acme", b"token")
    assert len(tag) == 16
    assert int(tag, 16) >= 0
    await vault.rotate_key(NEW_KEK)
    assert await Vault(database, NEW_KEK).tag("acme", b"token") == tag
    assert await vault.tag("acme", b"token2") != tag
    assert await vault.tag("other", b"token") != tag
