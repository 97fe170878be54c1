"""The sandbox's configuration file, read, changed and written back."""

import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import orjson
from wire_proxy import WireProxy

Tree = dict[str, Any]

Edit = Callable[[Tree], None]


def nothing(tree: Tree) -> None:
    """The configuration stays as the sandbox wrote it."""


def impatient(tree: Tree) -> None:
    """Leases and drains are as short as a test can wait for."""
    tree["service"]["lease_ttl_s"] = 1
    tree["tenants"][0]["companies"][0].update(timeout_s=1.5, drain_s=2, double_read_s=0.2)


def through(proxy: WireProxy, tree: Tree) -> None:
    """The first tenant's SYSPRO, both e.net and OData, is reached by way of the proxy."""
    company = tree["tenants"][0]["companies"][0]
    for key in ("base_url", "odata_url"):
        scheme, _, rest = company[key].partition("://")
        company[key] = f"{scheme}://127.0.0.1:{proxy.port}/{rest.partition('/')[2]}"


def read(config: Path) -> Tree:
    """What a configuration file says."""
    return tomllib.loads(config.read_text("utf-8"))


def write(config: Path, tree: Tree) -> None:
    """The file says that, a line for each table, inline."""
    lines = [f"{key} = {_toml(value)}\n" for key, value in tree.items()]
    config.parent.mkdir(exist_ok=True)
    config.write_text("".join(lines), "utf-8")


def _toml(value: object) -> str:
    match value:
        case dict():
            inner = ", ".join(f"{_toml(str(key))} = {_toml(each)}" for key, each in value.items())
            return f"{{ {inner} }}"
        case list():
            return f"[ {', '.join(_toml(each) for each in value)} ]"
        case bool():
            return "true" if value else "false"
        case date():
            return value.isoformat()
        case str():
            return orjson.dumps(value).decode()
        case _:
            return str(value)
