"""Writes the tables of inputs in docs/games/*.md: `.venv/bin/python packaging/game_pages.py`.

They are made of the same JSON Schema that `wattmarket solve --schema GAME` prints, so of the model
alone. A test compares them. A page without the marks gets them in place of the table that follows
its heading "## Input".
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from oracle.community.schema import scenario_schema
from oracle.games._fields import LARGEST, SMALLEST
from oracle.games.registry import GAMES

PAGES = Path(__file__).resolve().parent.parent / "docs" / "games"
BEGIN = "<!-- written by packaging/game_pages.py from the model; do not edit -->"
END = "<!-- end -->"
_SHAPES = ("number", "list", "list of lists", "list of lists of lists")
_LEAVES = {"boolean": "true, false", "string": "names"}
_MARKED = re.compile(re.escape(BEGIN) + r"\n.*?" + re.escape(END) + r"\n", re.DOTALL)
_FIRST = re.compile(r"(?<=\n## Input\n\n)(?:\|.*\n)+")


def with_inputs(page: str, name: str) -> str:
    """The page with its table of inputs written anew. Raises ValueError without a place for it."""
    block = f"{BEGIN}\n{input_table(name)}{END}\n"
    for place in (_MARKED, _FIRST):
        if place.search(page):
            return place.sub(lambda _: block, page, count=1)
    raise ValueError(f"docs/games/{name}.md needs a table under its heading ## Input")


def input_table(name: str) -> str:
    """The inputs of a game, a row for each field; the fields of tables below theirs."""
    schema = scenario_schema(name)
    lines = ["| field | unit | allowed | default | |", "|---|---|---|---|---|"]
    lines += _rows(schema, schema, "", {})
    return "\n".join(lines) + "\n"


def _rows(
    schema: dict[str, Any], table: dict[str, Any], at: str, seen: dict[str, str]
) -> Iterator[str]:
    for name, field in table["properties"].items():
        if not at and name == "game":
            continue
        place = f"{at}{name}"
        shown = f"`{place}`" + (f" {field['shape']}" if "shape" in field else "")
        inner, depth = _table_in(field)
        known = seen.get(inner, "") if inner else ""
        allowed = f"as in `{known}`" if known else _allowed(schema, field)
        default = _default(field, name in table.get("required", ()))
        said = str(field.get("description", "")).replace("|", "\\|")
        yield f"| {shown} | {field.get('unit', '')} | {allowed} | {default} | {said} |"
        if inner and not known:
            seen[inner] = place
            yield from _rows(schema, schema["$defs"][inner], f"{place}{'[]' * depth}.", seen)


def _kinds(field: dict[str, Any]) -> list[dict[str, Any]]:
    """The forms a field may take, null aside."""
    kinds = field.get("anyOf") or field.get("oneOf") or [field]
    return [kind for kind in kinds if kind.get("type") != "null"]


def _table_in(field: dict[str, Any]) -> tuple[str, int]:
    """The name of the table that a field is or lists ("": none), and in how many lists it lies."""
    for kind in _kinds(field):
        leaf = _leaf(kind)
        if "$ref" in leaf:
            return leaf["$ref"].rsplit("/", 1)[1], _depth(kind)
    return "", 0


def _allowed(schema: dict[str, Any], field: dict[str, Any]) -> str:
    kinds = _kinds(field)
    said = " or ".join(dict.fromkeys(_form(schema, kind) for kind in kinds))
    if len(kinds) > 1 and all(_range(_leaf(kind)) for kind in kinds):
        *some, last = (_SHAPES[_depth(kind)] for kind in kinds)
        return f"{', '.join(some)} or {last}; {said}"
    return said


def _depth(kind: dict[str, Any]) -> int:
    return 1 + _depth(kind["items"]) if "items" in kind else 0


def _leaf(kind: dict[str, Any]) -> dict[str, Any]:
    while "items" in kind:
        kind = kind["items"]
    return kind


def _form(schema: dict[str, Any], kind: dict[str, Any]) -> str:
    if "$ref" in kind:
        return _form(schema, schema["$defs"][kind["$ref"].rsplit("/", 1)[1]])
    if "enum" in kind:
        return ", ".join(f"`{json.dumps(value)}`" for value in kind["enum"])
    if "const" in kind:
        return f"`{json.dumps(kind['const'])}`"
    if kind.get("type") == "object":
        return "a table"
    if kind.get("type") == "array":
        leaf = _leaf(kind)
        if "$ref" in leaf:
            return f"tables, {kind.get('minItems', 0)} to {kind['maxItems']:,}"
        return _LEAVES[leaf["type"]] if _bare(leaf) else _form(schema, leaf)
    if kind.get("type") == "boolean":
        return "true, false"
    if kind.get("type") == "string":
        return "a file's path" if "pattern" in kind else "a name"
    return _range(kind)


def _bare(leaf: dict[str, Any]) -> bool:
    return leaf.get("type") in _LEAVES and "enum" not in leaf


def _range(leaf: dict[str, Any]) -> str:
    """The numbers that may stand here, in words; "" where none may."""
    if leaf.get("type") not in ("number", "integer"):
        return ""
    low, high = leaf.get("minimum", -LARGEST), leaf.get("maximum", LARGEST)
    whole = "whole, " if leaf["type"] == "integer" else ""
    if low == SMALLEST:
        return "> 0" if high == LARGEST else f"> 0, ≤ {_number(high)}"
    if high == LARGEST:
        return whole + ("any" if low == -LARGEST else f"≥ {_number(low)}")
    if low == -LARGEST:
        return f"{whole}≤ {_number(high)}"
    return f"{whole}{_number(low)} to {_number(high)}"


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.15g}"


def _default(field: dict[str, Any], required: bool) -> str:
    if required:
        return "required"
    value = field.get("default")
    if value is None or value == []:
        return "optional"
    if isinstance(value, dict):
        return "its defaults"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else _json(value)


def _json(value: object) -> str:
    return f"`{json.dumps(value, ensure_ascii=False)}`"


if __name__ == "__main__":
    for game in GAMES:
        path = PAGES / f"{game}.md"
        path.write_text(with_inputs(path.read_text(encoding="utf-8"), game), encoding="utf-8")
