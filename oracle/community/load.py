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
    """The same from a parsed TOML document. Files that it names are relative to `file`."""
    try:
        community = Community.model_validate(data)
    except ValidationError as error:
        raise one_line(error, file) from None
    retail = {
        name: tariff.with_series(Path(file or ".").parent)
        for name, tariff in community.retail.items()
    }
    return community.model_copy(update={"retail": retail})


def profiles_path(community: Community, path: Path | str | None = None) -> Path:
    """Where the community's profiles lie: relative to its file.

    Raises CommunityError if the file names none.
    """
    file = DEFAULT_COMMUNITY if path is None else Path(path)
    if community.profiles is None:
        raise CommunityError(file, "profiles", None, "must name a CSV file, relative to this file")
    return file.parent / community.profiles


def one_line(error: ValidationError, file: Path | str | None) -> CommunityError:
    errors = error.errors(include_url=False)
    # A number, windows or a series: of the complaints, the one that goes deepest is meant.
    first = errors[0]
    if isinstance(first["input"], list | dict):
        first = max(errors, key=lambda e: len(e["loc"]) if e["loc"][:3] == first["loc"][:3] else 0)
    # The alternatives appear in `loc` as types; the reader knows only the file's keys and indices.
    path = [str(part) for part in first["loc"] if not _is_type(str(part))]
    value: object = first["input"]
    message = str(first["msg"]).removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        return CommunityError(file, ".".join(path), value, "unknown key")
    if first["type"] == "missing":
        return CommunityError(file, ".".join(path), "missing", "required")
    if first["type"] == "value_error" and isinstance(value, dict | list | tuple):
        # Checks of a whole table say themselves which of its fields is meant.
        field, _, rest = message.partition(": ")
        shown, _, message = rest.partition(": ")
        return CommunityError(file, ".".join([*path, *([field] if field else [])]), shown, message)
    for start in ("Input should be", "String should", "List should", "Tuple should"):
        message = message.replace(start, "must be" if start.endswith("be") else "must")
    return CommunityError(file, ".".join(path) or "file", value, message)


def _is_type(part: str) -> bool:
    return part in ("float", "function-after", "Series") or part.startswith(
        ("tuple[", "constrained-")
    )
