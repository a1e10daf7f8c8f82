"""What every game shares: frozen problems, frozen solutions, diagnostics, one-line errors."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, ClassVar, ParamSpec, Self, TypeVar, get_args

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from oracle.games._fields import FloatArray, Words, invalid, shown


class InvalidProblem(ValueError):
    """A problem's field has a value that is not allowed; the text is one line."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        self.message = message
        super().__init__(f"{field}: {message}")


class Table(BaseModel):
    """A frozen group of fields; arrays are copied, read-only and finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        mine, theirs = self.__dict__, other.__dict__
        return all(_same(mine[key], theirs[key]) for key in mine)

    # Equal by the values of arrays, which have no hash.
    __hash__ = None  # type: ignore[assignment]  # what Python does for __eq__ alone, said aloud


def _same(mine: object, theirs: object) -> bool:
    if isinstance(mine, np.ndarray) or isinstance(theirs, np.ndarray):
        return bool(np.array_equal(np.asarray(mine), np.asarray(theirs)))
    return mine == theirs


class Problem(Table):
    """A game's frozen input. Raises `InvalidProblem` (one line) on bad fields."""

    game: ClassVar[str]

    def __init__(self, /, **data: Any) -> None:
        try:
            super().__init__(**data)
        except ValidationError as error:
            raise problem_error(error, type(self)) from None

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """The problem of a scenario's fields (without `game`). Raises InvalidProblem."""
        return cls(**document)


def check_length(field: str, array: FloatArray, other: str, length: int) -> None:
    """Raise unless the array has `length` entries, as many as `other`."""
    if len(array) != length:
        raise invalid(field, Words(f"a list of {len(array)}"), f"{length}, as many as {other}")


def check_order(field: str, low: float, high: float) -> None:
    """Raise unless low ≤ high."""
    if low > high:
        raise invalid(field, [float(low), float(high)], "the lower bound first")


@dataclass(frozen=True)
class Diagnostics:
    """How good a solution is. `residual` and `exploitability` come from code of their own.

    residual: the optimality residual, defined per game; exploitability: the largest gain of one
    player who deviates alone, in utility units (None where nobody optimises); seconds: elapsed.
    """

    converged: bool
    residual: float | None
    exploitability: float | None
    iterations: int | None = None
    evaluations: int | None = None
    seconds: float = 0.0
    message: str = ""

    def document(self) -> dict[str, Any]:
        """Plain values for JSON; absent counts and an empty message are left out."""
        fields = plain_fields(self)
        for name in ("iterations", "evaluations"):
            if fields[name] is None:
                del fields[name]
        if not self.message:
            del fields["message"]
        return fields


RESIDUAL_LIMIT = 1e-6
"""A solution with a larger residual is not called converged, whatever the solver thinks."""


def certified(
    residual: float,
    exploitability: float,
    *,
    iterations: int | None = None,
    evaluations: int | None = None,
    trouble: str = "",
) -> Diagnostics:
    """Diagnostics that trust the certificate: no convergence without a small residual."""
    if not trouble and not residual <= RESIDUAL_LIMIT:
        trouble = "the inputs' magnitudes are too far apart for floating point: large residual"
    return Diagnostics(
        converged=not trouble,
        residual=residual,
        exploitability=exploitability,
        iterations=iterations,
        evaluations=evaluations,
        message=trouble,
    )


@dataclass(frozen=True)
class Solution:
    """A game's frozen result; the fields of the subclass are the keys of its JSON."""

    diagnostics: Diagnostics

    def document(self) -> dict[str, Any]:
        """Plain values for JSON, without the diagnostics. Undefined numbers become None."""
        fields = plain_fields(self)
        del fields["diagnostics"]
        return fields


def plain_fields(solution: Any) -> dict[str, Any]:
    """A dataclass's fields as numbers, lists and tables; NaN and infinities become None."""
    names = [field.name for field in dataclasses.fields(solution)]
    return {name: plain(getattr(solution, name)) for name in names}


def plain(value: Any) -> Any:
    """A value as JSON has it: numbers, lists, tables; what is not finite becomes None."""
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "f" and not np.isfinite(value).all():
            return [plain(item) for item in value.tolist()]
        return value.tolist()
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if dataclasses.is_dataclass(value):
        return plain_fields(value)
    return value


def read_only(array: FloatArray) -> FloatArray:
    """The array, no longer writeable."""
    array.flags.writeable = False
    return array


P = ParamSpec("P")
S = TypeVar("S", bound=Solution)


def timed(solve: Callable[P, S]) -> Callable[P, S]:
    """Put the elapsed seconds of a solve, its certificate included, into its diagnostics."""

    @wraps(solve)
    def run(*args: P.args, **kwargs: P.kwargs) -> S:
        start = time.perf_counter()
        solution = solve(*args, **kwargs)
        seconds = time.perf_counter() - start
        diagnostics = dataclasses.replace(solution.diagnostics, seconds=seconds)
        return dataclasses.replace(solution, diagnostics=diagnostics)

    return run


def problem_error(error: ValidationError, model: type[BaseModel]) -> InvalidProblem:
    """The first thing wrong, as one line. Unknown keys first: they explain missing ones."""
    errors = error.errors(include_url=False)
    unknown = [item for item in errors if item["type"] == "extra_forbidden"]
    first = (unknown or errors)[0]
    context = first.get("ctx", {})
    field = _place(first)
    kind = first["type"]
    if kind == "invalid":
        value = context["value"]
        return InvalidProblem(field, f"value {shown(value)}; allowed: {context['allowed']}")
    if kind == "missing":
        wanted = _field_of(model, first["loc"])
        return InvalidProblem(field, f"missing; required{f': {wanted}' if wanted else ''}")
    if kind == "extra_forbidden":
        return InvalidProblem(field, f"unknown key; allowed: {_siblings(model, first['loc'])}")
    if kind == "literal_error":
        return InvalidProblem(
            field, f"value {shown(first['input'])}; allowed: {context['expected']}"
        )
    if kind in {"model_type", "model_attributes_type", "dict_type"}:
        return InvalidProblem(field, f"value {shown(first['input'])}; allowed: a table")
    if kind in {"tuple_type", "list_type"}:
        return InvalidProblem(field, f"value {shown(first['input'])}; allowed: a list")
    return InvalidProblem(field, f"value {shown(first['input'])}; {first['msg'].lower()}")


def _place(item: ErrorDetails) -> str:
    """`consumers.target[3]` from pydantic's location and our own."""
    text = ""
    for part in item["loc"]:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            name = part if part.isidentifier() else shown(part)
            text += f".{name}" if text else name
    own = str(item.get("ctx", {}).get("field", "")) if item["type"] == "invalid" else ""
    if own and not own.startswith("[") and text:
        own = f".{own}"
    return (text + own) or "scenario"


def _named(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """A table's fields by the names that a scenario gives them."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _model_at(model: type[BaseModel], path: tuple[int | str, ...]) -> type[BaseModel] | None:
    """The table that holds the field at the end of the path."""
    for part in path[:-1]:
        field = _named(model).get(str(part))
        if field is None:
            continue
        model = next(_models_in(field.annotation), model)
    return model


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models inside an annotation, such as ``Annotated[tuple[Jump, ...], …] | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _siblings(model: type[BaseModel], path: tuple[int | str, ...]) -> str:
    holder = _model_at(model, path)
    return ", ".join(_named(holder)) if holder else "none"


def _field_of(model: type[BaseModel], path: tuple[int | str, ...]) -> str:
    """What a missing field should hold, from its annotation."""
    holder = _model_at(model, path)
    field = _named(holder).get(str(path[-1])) if holder else None
    for mark in field.metadata if field else ():
        if hasattr(mark, "allowed"):
            return str(mark.allowed)
    return ""
