"""Validated numbers and arrays for the problems: finite, bounded, copied, read-only.

One annotation serves Python callers, scenario files, JSON Schema and OpenAPI alike:
``theta: Annotated[float, Numbers(gt=0)]``, ``costs: Annotated[FloatArray, Numbers(1, gt=0)]``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import PydanticCustomError, core_schema

FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]

LARGEST = 1e30
"""Magnitudes stay within 1e±30, so that no product in a game overflows or underflows."""
SMALLEST = 1e-30

_SHAPES = ("a number", "a list of numbers", "a table of numbers", "a list of tables of numbers")


def invalid(field: str, value: object, allowed: str) -> PydanticCustomError:
    """The one kind of error that validators raise: which field, which value, what is allowed."""
    return PydanticCustomError(
        "invalid", "{field}{value}{allowed}", {"field": field, "value": value, "allowed": allowed}
    )


class Words(str):
    """A description that stands where a value would be quoted."""

    __slots__ = ()


class _Kind(ABC):
    """A kind of field: how a value is checked, and its JSON Schema."""

    @abstractmethod
    def validate(self, value: object) -> Any:
        """The value as the problem holds it. Raises pydantic's error where it is not allowed."""

    @abstractmethod
    def json_schema(self) -> JsonSchemaValue:
        """How the field stands in the problem's JSON Schema."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.validate,
            serialization=core_schema.plain_serializer_function_ser_schema(_plain),
        )

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return self.json_schema()


class Numbers(_Kind):
    """Finite floats of the given number of dimensions (a tuple: any of these) within bounds."""

    def __init__(
        self,
        ndim: int | tuple[int, ...] = 0,
        *,
        gt: float | None = None,
        ge: float | None = None,
        le: float | None = None,
        length: int | None = None,
    ) -> None:
        self.ndims = ndim if isinstance(ndim, tuple) else (ndim,)
        self.length = length
        self.low = gt + SMALLEST if gt is not None else ge if ge is not None else -LARGEST
        self.high = LARGEST if le is None else le
        shape = " or ".join(_SHAPES[n] for n in self.ndims)
        if length is not None:
            shape = f"a list of {length} numbers"
        self.allowed = f"{shape} from {self.low:g} to {self.high:g}"

    def validate(self, value: object) -> float | FloatArray:
        array = self._array(value)
        if array.ndim not in self.ndims or (
            self.length is not None and array.shape[0] != self.length
        ):
            raise invalid("", value, self.allowed)
        if array.size == 0:
            raise invalid("", value, f"{self.allowed}, not empty")
        # NaN fails both comparisons, so it is caught here too.
        good = (array >= self.low) & (array <= self.high)
        if not good.all():
            at = tuple(int(i) for i in np.argwhere(~good)[0])
            raise invalid("".join(f"[{i}]" for i in at), float(array[at]), self.allowed)
        if array.ndim == 0:
            return float(array)
        array.flags.writeable = False
        return array

    def _array(self, value: object) -> FloatArray:
        """A fresh float array; booleans, texts, nulls and ragged lists are refused."""
        if isinstance(value, np.ndarray):
            raw = value
        else:
            bad = _first_odd(value)
            if bad is not None:
                raise invalid(*bad, self.allowed)
            try:
                raw = np.array(value)
            except (ValueError, OverflowError, TypeError) as error:
                raise invalid("", value, f"{self.allowed}, all rows equally long") from error
        if raw.dtype.kind == "O" and not isinstance(value, np.ndarray):
            try:  # integers beyond 64 bits
                return np.array(value, dtype=np.float64)
            except (ValueError, OverflowError, TypeError) as error:
                raise invalid("", value, self.allowed) from error
        if raw.dtype.kind not in "iuf":
            if raw.size == 0:
                raise invalid("", value, f"{self.allowed}, not empty")
            raise invalid("", value, self.allowed)
        return np.array(raw, dtype=np.float64)

    def json_schema(self) -> JsonSchemaValue:
        kinds = [self._json(n) for n in self.ndims]
        return kinds[0] if len(kinds) == 1 else {"anyOf": kinds}

    def _json(self, ndim: int) -> dict[str, Any]:
        if ndim == 0:
            return {"type": "number", "minimum": self.low, "maximum": self.high}
        inner: dict[str, Any] = {"type": "array", "items": self._json(ndim - 1), "minItems": 1}
        if self.length is not None:
            inner |= {"minItems": self.length, "maxItems": self.length}
        return inner


class Flags(_Kind):
    """Booleans of the given number of dimensions."""

    def __init__(self, ndim: int) -> None:
        self.ndim = ndim
        self.allowed = ("", "a list", "a table", "a list of tables")[ndim] + " of true and false"

    def validate(self, value: object) -> BoolArray:
        try:
            raw = np.array(value)
        except (ValueError, OverflowError, TypeError) as error:
            raise invalid("", value, f"{self.allowed}, all rows equally long") from error
        if raw.dtype.kind != "b" or raw.ndim != self.ndim or raw.size == 0:
            raise invalid("", value, self.allowed)
        raw.flags.writeable = False
        return raw

    def json_schema(self) -> JsonSchemaValue:
        json: JsonSchemaValue = {"type": "boolean"}
        for _ in range(self.ndim):
            json = {"type": "array", "items": json, "minItems": 1}
        return json


class Whole(_Kind):
    """A whole number within bounds."""

    def __init__(self, *, ge: int, le: int) -> None:
        self.low, self.high = ge, le
        self.allowed = f"a whole number from {ge} to {le}"

    def validate(self, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int | np.integer):
            raise invalid("", value, self.allowed)
        if not self.low <= value <= self.high:
            raise invalid("", value, self.allowed)
        return int(value)

    def json_schema(self) -> JsonSchemaValue:
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


class Tables:
    """Tables in a list that is not empty: ``Annotated[tuple[Node, ...], Tables()]``."""

    allowed = "a list of tables"

    def __init__(self, *, most: int = 100_000) -> None:
        self.most = most

    def validate(self, value: object) -> object:
        if not isinstance(value, list | tuple):
            raise invalid("", value, self.allowed)
        if not 0 < len(value) <= self.most:
            raise invalid("", value, f"{self.allowed}, 1 to {self.most}")
        return value

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(self.validate, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return handler(schema) | {"minItems": 1, "maxItems": self.most}


class Flag(_Kind):
    """One of true and false."""

    allowed = "true or false"

    def validate(self, value: object) -> bool:
        if not isinstance(value, bool | np.bool_):
            raise invalid("", value, self.allowed)
        return bool(value)

    def json_schema(self) -> JsonSchemaValue:
        return {"type": "boolean"}


class Name(_Kind):
    """A text on one line, not empty."""

    allowed = "a name: a text on one line"

    def validate(self, value: object) -> str:
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            raise invalid("", value, self.allowed)
        return value

    def json_schema(self) -> JsonSchemaValue:
        return {"type": "string", "minLength": 1}


class Names(_Kind):
    """Names in a list that is not empty, all different, as a tuple."""

    allowed = "a list of names, all different"

    def validate(self, value: object) -> tuple[str, ...]:
        if not isinstance(value, list | tuple) or not value:
            raise invalid("", value, self.allowed)
        seen: set[str] = set()
        for i, name in enumerate(value):
            if not isinstance(name, str) or not name.strip() or not name.isprintable():
                raise invalid(f"[{i}]", name, self.allowed)
            if name in seen:
                raise invalid(f"[{i}]", name, self.allowed)
            seen.add(name)
        return tuple(value)

    def json_schema(self) -> JsonSchemaValue:
        name = {"type": "string", "minLength": 1}
        return {"type": "array", "items": name, "minItems": 1, "uniqueItems": True}


def about(text: str, unit: str = "", shape: str = "", **options: Any) -> Any:
    """A field and what it is: schema and tables of inputs are made from this.

    unit: in words, "–" for a plain number; shape: its dimensions, such as "[n][S]", the most there
    can be. `options` are pydantic's: default, alias.
    """
    known: dict[str, Any] = {
        name: said for name, said in (("unit", unit), ("shape", shape)) if said
    }
    return Field(description=text, json_schema_extra=known or None, **options)


Real = Annotated[float, Numbers()]
Positive = Annotated[float, Numbers(gt=0)]
NonNegative = Annotated[float, Numbers(ge=0)]
Share = Annotated[float, Numbers(ge=0, le=1)]
Reals = Annotated[FloatArray, Numbers(1)]
Positives = Annotated[FloatArray, Numbers(1, gt=0)]
NonNegatives = Annotated[FloatArray, Numbers(1, ge=0)]


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value


def _first_odd(value: object, at: str = "") -> tuple[str, object] | None:
    """The place and value of the first leaf that is no int or float (bool is none), or None."""
    if isinstance(value, list | tuple):
        # type(v) is float covers nearly every leaf of a long list at the price of one look.
        for i, item in enumerate(value):
            if type(item) is float or type(item) is int:
                continue
            odd = _first_odd(item, f"{at}[{i}]")
            if odd is not None:
                return odd
        return None
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.number):
        return at, value
    return None


def shown(value: object) -> str:
    """A value on one short line, as a message quotes it."""
    if isinstance(value, Words):
        return str(value)
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, Mapping):
        text = "a table"
    elif isinstance(value, list | tuple) and len(value) > 6:
        text = f"a list of {len(value)}"
    else:
        try:
            text = ascii(value) if isinstance(value, str) else repr(value)
        except ValueError:  # an integer too long to print
            text = "a very long number"
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "..."
