"""One generated test of all bad input: every field of every game, from the schema that `solve
--schema` prints. Exit code 2 and one line with field, value and what is allowed; nothing else."""

from __future__ import annotations

import io
import json
import math
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from oracle.cli import main
from oracle.community.schema import scenario_schema
from oracle.games.registry import GAMES

EXAMPLES = Path(__file__).parents[2] / "examples"
Place = tuple[str | int, ...]

ODD: list[Any] = [
    *(None, True, 1.5, -1, "", "1.0", "no.txt", [], [[]], {}, {"a": 1}),
    *(math.nan, math.inf, -1e31, 10**400, [None], [[[[1.0]]]]),
]
"""Values that most fields must refuse; where the schema allows one it is not tried."""


def conforms(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> bool:
    """JSON Schema, as far as our schemas use it; NaN conforms to nothing."""
    if "$ref" in schema:
        return conforms(value, root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root)
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return any(conforms(value, kind, root) for kind in schema[several])
    if "const" in schema or "enum" in schema:
        return value in schema.get("enum", [schema.get("const")])
    kind = schema["type"]
    if kind == "null":
        return value is None
    if kind == "boolean":
        return isinstance(value, bool)
    if kind in ("number", "integer"):
        right = isinstance(value, int if kind == "integer" else int | float)
        low, high = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
        return right and not isinstance(value, bool) and low <= value <= high
    if kind == "string":
        fits = isinstance(value, str) and len(value) >= schema.get("minLength", 0)
        return fits and re.search(schema.get("pattern", ""), value) is not None
    if kind == "array":
        return (
            isinstance(value, list)
            and schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", math.inf)
            and not (schema.get("uniqueItems") and len(set(map(str, value))) < len(value))
            and all(conforms(item, schema["items"], root) for item in value)
        )
    assert kind == "object"
    fields = schema["properties"]
    return (
        isinstance(value, dict)
        and set(schema.get("required", ())) <= set(value) <= set(fields)
        and all(conforms(value[name], fields[name], root) for name in value)
    )


def kinds_of(schema: dict[str, Any], root: dict[str, Any]) -> list[dict[str, Any]]:
    """The forms a value may take, references followed."""
    found = []
    for kind in schema.get("anyOf") or schema.get("oneOf") or [schema]:
        if "$ref" in kind:
            found += kinds_of(root["$defs"][kind["$ref"].rsplit("/", 1)[1]], root)
        else:
            found.append(kind)
    return found


def sample(schema: dict[str, Any], root: dict[str, Any]) -> Any:
    """Some value that conforms, optional fields left out."""
    kind = kinds_of(schema, root)[0]
    if "enum" in kind or "const" in kind:
        return kind.get("enum", [kind.get("const")])[0]
    if kind["type"] == "object":
        return {name: sample(kind["properties"][name], root) for name in kind.get("required", ())}
    if kind["type"] == "array":
        return [sample(kind["items"], root) for _ in range(kind.get("minItems", 1))]
    if kind["type"] in ("number", "integer"):
        return min(max(1, kind.get("minimum", 1)), kind.get("maximum", 1))
    return {"boolean": True, "string": "a"}[kind["type"]]


def fields_of(
    schema: dict[str, Any], root: dict[str, Any], document: dict[str, Any], at: Place = ()
) -> Iterator[tuple[Place, dict[str, Any], bool, dict[str, Any]]]:
    """Every field: where, its schema, whether required, and a document with all that is around."""
    for name, field in schema["properties"].items():
        if not at and name == "game":
            continue
        place = (*at, name)
        yield place, field, name in schema.get("required", ()), document
        for kind in kinds_of(field, root):
            inner, where = kind, place
            while inner.get("type") == "array":
                inner, where = kinds_of(inner["items"], root)[0], (*where, 0)
            if "properties" in inner:
                yield from fields_of(inner, root, with_table(document, where, inner, root), where)


def with_table(
    document: dict[str, Any], at: Place, table: dict[str, Any], root: dict[str, Any]
) -> dict[str, Any]:
    """The document, with a table there if it has none."""
    there: Any = document
    for part in at:
        if not (part < len(there) if isinstance(part, int) else part in there):
            whole = sample(table, root)
            listed = isinstance(at[-1], int)
            return put(document, at[:-1] if listed else at, [whole] if listed else whole)
        there = there[part]
    return document


def changed(document: Any, at: Place, change: Any) -> Any:
    """A copy with the value at a place put through a function; absent is None."""
    if not at:
        return change(document)
    copy = list(document) if isinstance(document, list) else dict(document)
    here = copy[at[0]] if isinstance(copy, list) else copy.get(at[0])
    copy[at[0]] = changed(here, at[1:], change)
    return copy


def put(document: Any, at: Place, value: Any) -> Any:
    """A copy with another value at a place."""
    return changed(document, at, lambda _: value)


def wrong_values(field: dict[str, Any], root: dict[str, Any]) -> list[Any]:
    """What a field must refuse: odd values, and each bound of its own crossed."""
    values = list(ODD)
    for kind in kinds_of(field, root):
        leaf, depth = kind, 0
        while leaf.get("type") == "array":
            leaf, depth = kinds_of(leaf["items"], root)[0], depth + 1
        if leaf.get("type") in ("number", "integer"):
            low, high = leaf["minimum"], leaf["maximum"]
            bare = (low - 1, high + max(1, abs(high)), math.nan, None, True, "1.0")
            values += [nested(value, depth) for value in bare]
        if kind.get("type") == "array":
            for count in (kind.get("minItems", 0) - 1, kind.get("maxItems", 1000) + 1):
                if 0 <= count < 50:
                    values.append([sample(kind["items"], root)] * count)
    return [value for value in values if not conforms(value, field, root)]


def nested(value: Any, depth: int) -> Any:
    """In so many lists."""
    return [nested(value, depth - 1)] if depth else value


def toml(value: Any) -> str:
    """A value in TOML; tables inline."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return str(value) if isinstance(value, float) else json.dumps(value)


def text_of(document: dict[str, Any]) -> str:
    """JSON where something is null, else TOML, which has NaN."""
    text = json.dumps(document)
    if "null" in text:
        return text
    return "".join(f"{key} = {toml(item)}\n" for key, item in document.items())


def named(place: Place) -> str:
    """As messages have it: `nodes[0].inertia`."""
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in place).removeprefix(".")


@pytest.mark.parametrize("name", GAMES)
def test_every_field_of_every_game_refuses_bad_values_in_one_line(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    schema = scenario_schema(name)
    example = tomllib.loads((EXAMPLES / f"{name}.toml").read_text(encoding="utf-8"))

    def refused(document: dict[str, Any]) -> str:
        source = io.TextIOWrapper(io.BytesIO(text_of(document).encode()))
        monkeypatch.setattr(sys, "stdin", source)
        code = main(["solve", "-", "--json"])
        out, err = capsys.readouterr()
        assert (code, out) == (2, ""), document
        assert err.startswith("wattmarket: ")
        assert err.endswith("\n")
        assert err.count("\n") == 1
        assert len(err) < 400
        return err.removeprefix("wattmarket: ").rstrip("\n")

    count = 0
    for place, field, required, around in fields_of(schema, schema, example):
        at = re.escape(named(place))
        tried = wrong_values(field, schema)
        assert len(tried) >= 9
        for value in tried:
            said = refused(put(around, place, value))
            inside = r"((\[\d+\])*(\.\w+)*: missing; required.*|(\[\d+\])*\.a: unknown key; .+)"
            plain = r"(\[\d+\])*: value .+; allowed: .+"
            assert re.fullmatch(rf"{at}({plain}|{inside})", said), (said, value)
            count += 1
        unknown = changed(around, place[:-1], lambda table: {**(table or {}), "targte": 1})
        said = refused(unknown)
        assert said.startswith(f"{named((*place[:-1], 'targte'))}: unknown key; allowed: ")
        assert str(place[-1]) in said
        if required:
            fewer = changed(
                around, place[:-1], lambda t, k=place[-1]: {n: v for n, v in t.items() if n != k}
            )
            said = refused(fewer)
            assert re.match(rf"{at}: (missing; required|value missing; allowed)", said), said
    assert count >= 50


@pytest.mark.parametrize("name", GAMES)
def test_examples_conform_to_the_schema(name: str, capsys: pytest.CaptureFixture[str]):
    assert main(["solve", "--schema", name]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema == scenario_schema(name)
    example = tomllib.loads((EXAMPLES / f"{name}.toml").read_text(encoding="utf-8"))
    assert conforms(example, {**schema, "type": "object"}, schema)
    assert not conforms({**example, "game": "chess"}, schema, schema)
    defaults = {k: v["default"] for k, v in schema["properties"].items() if "default" in v}
    assert conforms(defaults | example, schema, schema)


def test_a_schema_is_asked_for_by_a_games_name(capsys: pytest.CaptureFixture[str]):
    for arguments in (["--schema", "chess"], ["--schema", "contest", "x.toml"], []):
        assert main(["solve", *arguments]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.count("\n") == 1
        assert "contest" in err or "--schema GAME" in err
