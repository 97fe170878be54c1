"""Every fault of a configuration becomes one sentence that names the setting and what to do.

No value is ever repeated: it may be a secret. Pure.
"""

import difflib
from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from engine.config.whole import SEPARATOR

Place = Sequence[int | str]
_OWN = "Value error, "


def sentences(error: ValidationError, raw: Mapping[str, object], model: type[BaseModel]) -> str:
    """One line a fault, in the order of the file's tables."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    lines: list[str] = []
    for fault in faults:
        if fault["type"] != "too_short" or not _has_deeper(fault["loc"], faults):
            lines.extend(line for line in _lines(fault, raw, model) if line not in lines)
    return "\n".join(lines)


def place_name(place: Place, raw: object) -> str:
    """`tenants[acme].companies[EDU1].operator`: the place by names where the file gives them."""
    words = ""
    for part in place:
        if isinstance(part, int):
            raw = raw[part] if isinstance(raw, list | tuple) and part < len(raw) else None
            words += f"[{_name_of(raw) or part + 1}]"
        else:
            raw = raw.get(part) if isinstance(raw, Mapping) else None
            words += f".{part}" if words else part
    return words


def _has_deeper(place: Place, faults: Sequence[ErrorDetails]) -> bool:
    """Whether a list is too short only because an entry of it is at fault."""
    depth = len(place)
    return any(len(other["loc"]) > depth and other["loc"][:depth] == place for other in faults)


def _name_of(entry: object) -> str:
    if isinstance(entry, Mapping):
        for key in ("name", "company"):
            name = entry.get(key)
            if isinstance(name, str) and name.isprintable() and len(name) <= 63:
                return name
    return ""


def _lines(fault: ErrorDetails, raw: Mapping[str, object], model: type[BaseModel]) -> Iterator[str]:
    place = fault["loc"]
    where = place_name(place, raw)
    match fault["type"]:
        case "extra_forbidden":
            yield f"{where}: there is no such setting{_nearest(place, model)}"
        case "missing":
            yield f"{where}: is missing"
        case "value_error":
            for line in fault["msg"].removeprefix(_OWN).split(SEPARATOR):
                yield f"{where}: {line}" if where else line
        case "string_pattern_mismatch":
            yield f"{where}: is not written as it must be"
        case _:
            yield f"{where}: {_plain(fault['msg'])}"


def _plain(text: str) -> str:
    words = text.removeprefix("Input ").replace("a valid integer", "a whole number")
    words = words.replace("a valid ", "a ")
    return words.replace("tuple", "list").replace("dictionary", "table")


def _nearest(place: Place, model: type[BaseModel]) -> str:
    known = _settings_at(place[:-1], model)
    near = difflib.get_close_matches(str(place[-1]), known, n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else f"; known here: {', '.join(known)}"


def _settings_at(place: Place, model: type[BaseModel]) -> list[str]:
    for part in place:
        if isinstance(part, str):
            model = table_of(model.model_fields[part].annotation) or model
    return list(model.model_fields)


def table_of(annotation: object) -> type[BaseModel] | None:
    """The table inside an annotation: `T`, `T | None`, `tuple[T, ...]`; None for plain values."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = table_of(argument)
        if found is not None:
            return found
    return None
