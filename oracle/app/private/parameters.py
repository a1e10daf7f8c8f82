"""What only the agent knows: a file of a member's own numbers."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from oracle import UserError
from oracle.games.clearing.problem import Consumers, Prosumers

KINDS: dict[str, type[Consumers]] = {"buy": Consumers, "sell": Prosumers}


class ParametersError(UserError):
    """A file that cannot be used: file, field, what is allowed. Never the value: it is private."""


def load_parameters(path: Path) -> tuple[str, Consumers]:
    """The side and the numbers, as tables of one row. Raises ParametersError."""
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ParametersError(f"{path}: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise ParametersError(f"{path}: is no TOML file") from None
    side = data.pop("side", None)
    if side not in KINDS:
        raise ParametersError(f'{path}: side: allowed: "buy" or "sell"')
    for name, value in data.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ParametersError(f"{path}: {name}: allowed: a number")
    try:
        return side, KINDS[side].model_validate({name: [value] for name, value in data.items()})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"] if isinstance(part, str))
        known = ", ".join(KINDS[side].model_fields)
        if first["type"] == "extra_forbidden":
            raise ParametersError(f"{path}: {place}: allowed: side, {known}") from None
        what = (
            "missing" if first["type"] == "missing" else "out of range; see docs/games/clearing.md"
        )
        raise ParametersError(f"{path}: {place or 'file'}: {what}") from None
