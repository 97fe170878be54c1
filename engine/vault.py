"""Secrets at rest: the only place where a credential or a tenant key is plaintext.

Owns the tables `vault_keys` and `vault`. A tenant's secrets are sealed with AES-256-GCM under its
tenant key; the tenant key is wrapped by the key-encryption key (KEK), which never enters the
database (reliability.md §5.2). What is sealed is bound to its place, tenant ‖ table ‖ name ‖ key
id: copied to another row or cut short it no longer opens. Layout, version 1: one byte 0x01, 12
bytes of random nonce, ciphertext with tag; a sealed token carries its tenant key's id after the
version byte. Promises: a wrong KEK opens nothing and overwrites nothing; changing the KEK
re-wraps the tenant keys one by one and can be broken off and repeated.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass
from typing import Final, NoReturn
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.db import Connection, Database, octets, text
from engine.errors import Malformed, Misconfigured, NotFound
from engine.telemetry import keep_out_of_logs

VERSION: Final = b"\x01"
NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32

KEYS: Final = (
    "SELECT key_id, wrapped_key, kek_id FROM vault_keys WHERE tenant = $1 "
    "ORDER BY created_at, key_id"
)
ALL_KEYS: Final = (
    "SELECT tenant, key_id, wrapped_key, kek_id FROM vault_keys ORDER BY tenant, key_id"
)
LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('vault_keys ' || $1, 0))"
ADD_KEY: Final = (
    "INSERT INTO vault_keys (tenant, key_id, wrapped_key, kek_id, created_at) "
    "VALUES ($1, $2, $3, $4, clock_timestamp())"
)
REWRAP: Final = (
    "UPDATE vault_keys SET wrapped_key = $4, kek_id = $5 "
    "WHERE tenant = $1 AND key_id = $2 AND kek_id = $3"
)
PUT: Final = (
    "INSERT INTO vault (tenant, name, key_id, sealed, changed_at) "
    "VALUES ($1, $2, $3, $4, clock_timestamp()) "
    "ON CONFLICT (tenant, name) DO UPDATE "
    "SET key_id = excluded.key_id, sealed = excluded.sealed, changed_at = excluded.changed_at"
)
GET: Final = "SELECT key_id, sealed FROM vault WHERE tenant = $1 AND name = $2"
NAMES: Final = "SELECT name FROM vault WHERE tenant = $1 ORDER BY name"


class Secret:
    """A text that no print, format or log shows; `reveal` gives it to whoever must send it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The plaintext."""
        return self._text

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __format__(self, specification: str) -> str:
        return "***"

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")


class Kek:
    """A key-encryption key: wraps and unwraps tenant keys; its `id` gives nothing away."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise Misconfigured(f"the key-encryption key must be {KEY_BYTES} bytes")
        self.id = hmac.new(key, b"procurify-syspro kek id", hashlib.sha256).hexdigest()[:16]
        self._cipher = AESGCM(key)

    def wrap(self, tenant: str, key_id: UUID, tenant_key: bytes) -> bytes:
        """The tenant key, sealed and bound to its row."""
        return _seal(self._cipher, tenant_key, _place(tenant, "vault_keys", self.id, key_id))

    def unwrap(self, tenant: str, key_id: UUID, wrapped: bytes) -> bytes:
        """The tenant key; raises `Malformed` when the row is not what was written."""
        return _open(self._cipher, wrapped, _place(tenant, "vault_keys", self.id, key_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class _TenantKey:
    id: UUID
    cipher: AESGCM
    tag_key: bytes


class Vault:
    """The secrets of every tenant, under one key-encryption key.

    `former`: the KEK before a change that was broken off, so that both halves can be read.
    """

    def __init__(self, database: Database, kek: bytes, *, former: bytes | None = None) -> None:
        self._database = database
        self._kek = Kek(kek)
        self._keks = {self._kek.id: self._kek}
        if former is not None:
            earlier = Kek(former)
            self._keks[earlier.id] = earlier
        self._tenant_keys: dict[str, dict[UUID, _TenantKey]] = {}

    async def check(self) -> None:
        """Every tenant key in the database opens with the KEK, else `Misconfigured`."""
        for row in await self._database.fetch(ALL_KEYS):
            key_id = _uuid(row["key_id"])
            self._unwrap(
                text(row, "tenant"), key_id, octets(row, "wrapped_key"), str(row["kek_id"])
            )

    async def put(self, tenant: str, name: str, secret: Secret | str) -> None:
        """The secret is sealed under this name; an earlier one is gone."""
        if not name or "\x00" in name:
            raise Malformed("a credential needs a name")
        plain = secret.reveal() if isinstance(secret, Secret) else secret
        keep_out_of_logs(plain)
        key = await self._newest(tenant)
        sealed = _seal(key.cipher, plain.encode(), _place(tenant, "vault", name, key.id))
        await self._database.execute(PUT, tenant, name, key.id, sealed)

    async def get(self, tenant: str, name: str) -> Secret:
        """The secret of this name; `NotFound` when there is none."""
        row = await self._database.fetchrow(GET, tenant, name)
        if row is None:
            raise NotFound(
                f"the vault holds no credential {name!r} of tenant {tenant!r}; "
                "put it there with `credentials set`"
            )
        key = await self._key(tenant, _uuid(row["key_id"]))
        place = _place(tenant, "vault", name, key.id)
        plain = _open(key.cipher, octets(row, "sealed"), place).decode()
        keep_out_of_logs(plain)
        return Secret(plain)

    async def names(self, tenant: str) -> list[str]:
        """The names of the tenant's secrets."""
        return [text(row, "name") for row in await self._database.fetch(NAMES, tenant)]

    async def seal(self, tenant: str, name: str, plain: bytes) -> bytes:
        """Bytes that another table may keep; only `unseal` with the same name opens them."""
        key = await self._newest(tenant)
        sealed = _seal(key.cipher, plain, _place(tenant, "sealed", name, key.id))
        return VERSION + key.id.bytes + sealed[len(VERSION) :]

    async def unseal(self, tenant: str, name: str, sealed: bytes) -> bytes:
        """What was sealed under this name; `Malformed` when it is not as it was written."""
        end = len(VERSION) + 16
        if len(sealed) < end or not sealed.startswith(VERSION):
            raise Malformed("sealed bytes of an unknown version")
        key = await self._key(tenant, UUID(bytes=sealed[len(VERSION) : end]))
        place = _place(tenant, "sealed", name, key.id)
        return _open(key.cipher, VERSION + sealed[end:], place)

    async def tag(self, tenant: str, plain: bytes) -> str:
        """16 hex digits that stand for a bearer token in events and logs; stable, one way."""
        await self._newest(tenant)
        oldest = next(iter(self._tenant_keys[tenant].values()))
        return hmac.new(oldest.tag_key, plain, hashlib.sha256).hexdigest()[:16]

    async def rotate_key(self, new_kek: bytes) -> int:
        """Every tenant key is wrapped by the new KEK, and so is this vault; how many were changed.

        Each row changes by itself: broken off, the rest is done by calling it again with both
        keys. A row that neither key opens stops it, before anything is overwritten.
        """
        new = Kek(new_kek)
        self._keks[new.id] = new
        await self.check()
        changed = 0
        for row in await self._database.fetch(ALL_KEYS):
            tenant, key_id, kek_id = text(row, "tenant"), _uuid(row["key_id"]), text(row, "kek_id")
            if kek_id == new.id:
                continue
            tenant_key = self._unwrap(tenant, key_id, octets(row, "wrapped_key"), kek_id)
            wrapped = new.wrap(tenant, key_id, tenant_key)
            changed += await self._database.execute(REWRAP, tenant, key_id, kek_id, wrapped, new.id)
        self._kek = new
        return changed

    async def _newest(self, tenant: str) -> _TenantKey:
        if not self._tenant_keys.get(tenant):
            await self._load(tenant, self._database)
        if not self._tenant_keys[tenant]:
            await self._add(tenant)
        return next(reversed(self._tenant_keys[tenant].values()))

    async def _key(self, tenant: str, key_id: UUID) -> _TenantKey:
        if key_id not in self._tenant_keys.get(tenant, {}):
            await self._load(tenant, self._database)
        try:
            return self._tenant_keys[tenant][key_id]
        except KeyError:
            raise Malformed(f"no tenant key {key_id} of tenant {tenant!r}") from None

    async def _load(self, tenant: str, connection: Connection) -> None:
        self._tenant_keys[tenant] = {
            (key_id := _uuid(row["key_id"])): _tenant_key(
                key_id,
                self._unwrap(tenant, key_id, octets(row, "wrapped_key"), text(row, "kek_id")),
            )
            for row in await connection.fetch(KEYS, tenant)
        }

    async def _add(self, tenant: str) -> None:
        await self.check()
        key_id, fresh = uuid4(), os.urandom(KEY_BYTES)
        wrapped = self._kek.wrap(tenant, key_id, fresh)
        async with self._database.transaction() as connection:
            await connection.execute(LOCK, tenant)
            await self._load(tenant, connection)
            if not self._tenant_keys[tenant]:
                await connection.execute(ADD_KEY, tenant, key_id, wrapped, self._kek.id)
        if not self._tenant_keys[tenant]:
            self._tenant_keys[tenant][key_id] = _tenant_key(key_id, fresh)

    def _unwrap(self, tenant: str, key_id: UUID, wrapped: bytes, kek_id: str) -> bytes:
        kek = self._keks.get(kek_id)
        try:
            if kek is not None:
                return kek.unwrap(tenant, key_id, wrapped)
        except Malformed as error:
            raise Misconfigured(
                f"the vault is damaged: the tenant key {key_id} of tenant {tenant!r} does not open "
                "under its own key-encryption key; restore the table vault_keys"
            ) from error
        raise Misconfigured(
            "the key-encryption key does not open the vault: the tenant key of tenant "
            f"{tenant!r} was wrapped under key {kek_id}, the configuration gives key "
            f"{self._kek.id}; check [vault] key_file or key_env (nothing was changed)"
        )


def _tenant_key(key_id: UUID, key: bytes) -> _TenantKey:
    tag_key = hmac.new(key, b"procurify-syspro tag", hashlib.sha256).digest()
    return _TenantKey(id=key_id, cipher=AESGCM(key), tag_key=tag_key)


def _place(tenant: str, table: str, name: str, key_id: UUID) -> bytes:
    parts = (tenant.encode(), table.encode(), name.encode(), key_id.bytes)
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _seal(cipher: AESGCM, plain: bytes, place: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + cipher.encrypt(nonce, plain, place)


def _open(cipher: AESGCM, sealed: bytes, place: bytes) -> bytes:
    if not sealed.startswith(VERSION):
        raise Malformed("sealed bytes of an unknown version")
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return cipher.decrypt(nonce, body, place)
    except (InvalidTag, ValueError):
        raise Malformed("sealed bytes that were altered, cut short or moved") from None


def _uuid(value: object) -> UUID:
    return UUID(str(value))
