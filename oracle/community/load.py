"""Reading a community file."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import ValidationError

from oracle.community.errors import CommunityError
from oracle.community.model import DEFAULT_COMMUNITY, Community


def load_community(path: Path | str | None = None) -> Community:
    """The community in a TOML file; without a path, the one that ships with the package.

    Raises CommunityError with one line: file, field, value, what is allowed.
    """
    file = DEFAULT_COMMUNITY if path is None else Path(path)
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommunityError(
            None, "community", str(file), error.strerror or "unreadable"
        ) from error
    except UnicodeDecodeError as error:
        raise CommunityError(file, "file", "not UTF-8", "must be UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise CommunityError(file, "TOML", str(error), "must be valid TOML") from error
    return parse_community(data, file)


def parse_community(data: dict[str, object], file: Path | str | None = None) -> Community:
    """The same from a parsed TOML document."""
    try:
        return Community.model_validate(data)
    except ValidationError as error:
        raise _one_line(error, file) from None


def profiles_path(community: Community, path: Path | str | None = None) -> Path:
    """Where the community's profiles lie: relative to its file.

    Raises CommunityError if the file names none.
    """
    file = DEFAULT_COMMUNITY if path is None else Path(path)
    if community.profiles is None:
        raise CommunityError(file, "profiles", None, "must name a CSV file, relative to this file")
    return file.parent / community.profiles


def _one_line(error: ValidationError, file: Path | str | None) -> CommunityError:
    first = error.errors(include_url=False)[0]
    # Union members appear in `loc` as types; the reader knows only the file's keys and indices.
    parts = [str(p) for p in first["loc"] if not str(p).startswith(("tuple[", "constrained-"))]
    parts = [p for p in parts if p not in ("float", "function-after")]
    message = str(first["msg"]).removeprefix("Value error, ")
    value: object = first["input"]
    if first["type"] == "extra_forbidden":
        return CommunityError(file, ".".join(parts), value, "unknown key")
    if first["type"] == "missing":
        return CommunityError(file, ".".join(parts), "missing", "required")
    if isinstance(value, dict | list | tuple) and first["type"] == "value_error":
        field, _, rest = message.partition(": ")
        value_text, _, allowed = rest.partition(": ")
        if allowed:
            return CommunityError(file, field, value_text, allowed)
        value = "given"
    return CommunityError(file, ".".join(parts) or "file", value, message[:1].lower() + message[1:])
