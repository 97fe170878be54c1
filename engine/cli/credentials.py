"""`credentials set|list|rotate-key`: secrets go into the vault, and never come out again."""

import argparse
import getpass
import sys
from pathlib import Path

from engine.cli.exits import Exit
from engine.cli.output import print_json, say
from engine.cli.verb import Verb, add_config, config_of
from engine.config import VaultTable, key_encryption_key
from engine.core.events import NewEvent
from engine.errors import Misconfigured
from engine.log.contract import Author
from engine.service.foundation import Foundation, foundation
from engine.telemetry.logs import keep_out_of_logs


def add_arguments(child: argparse.ArgumentParser) -> None:
    """What to do; a secret is read from standard input, never from the command line."""
    add_config(child)
    child.add_argument("action", choices=("set", "list", "rotate-key"))
    child.add_argument("name", nargs="?", help="e.g. procurify/acme/client_secret")
    child.add_argument("--new-key-file", type=Path, help="rotate-key: file with the new key")


async def run(options: argparse.Namespace) -> int:
    """Names are printed, values never."""
    async with foundation(config_of(options)) as ground:
        match options.action:
            case "set":
                return await put(ground, options)
            case "list":
                return await list_names(ground, options)
            case _:
                return await rotate(ground, options)


async def put(ground: Foundation, options: argparse.Namespace) -> int:
    """The secret on standard input is in the vault; that it was set is an event."""
    tenants = ground.tenants(options.tenant)
    known = expected_names(ground, tenants)
    if options.name is None:
        raise Misconfigured(f"name one of {', '.join(sorted(known))}")
    if options.name not in known:
        raise Misconfigured(
            f"no credential is called {options.name!r}; there are {', '.join(sorted(known))}"
        )
    vault = await ground.vault()
    secret = getpass.getpass("secret: ") if sys.stdin.isatty() else sys.stdin.readline()
    secret = secret.rstrip("\r\n")
    keep_out_of_logs(secret)
    if not secret and not options.name.endswith("/company_password"):
        raise Misconfigured(f"nothing was read for {options.name}; the old value stays")
    tenant = known[options.name]
    await vault.put(tenant, options.name, secret)
    event = NewEvent(
        stream=f"credential/{options.name}", type="CredentialSet", body={"name": options.name}
    )
    author = Author(actor="cli", run_id=ground.run_id, correlation=ground.run_id)
    await ground.log.append(tenant, [event], author=author)
    if options.json:
        print_json({"set": options.name, "tenant": tenant})
    else:
        say(f"{options.name} of {tenant} is set.")
    return Exit.OK


async def list_names(ground: Foundation, options: argparse.Namespace) -> int:
    """Which credentials the configuration needs, and which are set."""
    vault = await ground.vault()
    tenants = ground.tenants(options.tenant)
    stored = {(tenant, name) for tenant in tenants for name in await vault.names(tenant)}
    rows = [
        {"tenant": tenant, "name": name, "is_set": (tenant, name) in stored}
        for name, tenant in sorted(expected_names(ground, tenants).items())
    ]
    if options.json:
        print_json(rows)
    else:
        for row in rows:
            say(f"{row['tenant']}  {row['name']}  {'set' if row['is_set'] else 'MISSING'}")
    return Exit.OK


async def rotate(ground: Foundation, options: argparse.Namespace) -> int:
    """Every data key is wrapped by the new key-encryption key; safe to repeat after a crash."""
    if options.new_key_file is None:
        raise Misconfigured("rotate-key needs --new-key-file FILE with 32 bytes in base64")
    new = key_encryption_key(VaultTable(key_file=str(options.new_key_file)))
    vault = await ground.vault()
    wrapped = await vault.rotate_key(new)
    if options.json:
        print_json({"rewrapped": wrapped})
    else:
        keys = "data key is" if wrapped == 1 else "data keys are"
        say(f"{wrapped} {keys} wrapped by the new key; the old key opens nothing any more.")
        say("Put the new key where [vault] says, then start every engine again.")
    return Exit.OK


def expected_names(ground: Foundation, tenants: list[str]) -> dict[str, str]:
    """The name of every credential that the configuration calls for → its tenant."""
    found = {}
    for name in tenants:
        tenant = ground.config.tenant(name)
        for part in ("client_id", "client_secret"):
            found[f"procurify/{tenant.procurify.source}/{part}"] = name
        for company in tenant.companies:
            found[f"syspro/{company.company}/operator_password"] = name
            found[f"syspro/{company.company}/company_password"] = name
            if company.odata_url:
                found[f"syspro/{company.company}/odata_password"] = name
    return found


VERB = Verb(
    name="credentials",
    summary="set, list or re-wrap the credentials in the vault",
    add_arguments=add_arguments,
    run=run,
)
