"""The documentation's examples run and print what they say."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from oracle.community.schema import scenario_schema
from oracle.games.registry import GAMES

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "packaging"))

from game_pages import with_inputs  # noqa: E402

BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("name", GAMES)
def test_examples_print_what_they_say(name: str):
    text = (ROOT / "docs" / "games" / f"{name}.md").read_text(encoding="utf-8")
    blocks = BLOCK.findall(text)
    assert blocks
    for block in blocks:
        said = re.findall(r"^print\(.*\)  # (.*)$", block, re.MULTILINE)
        assert said
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(block, f"docs/games/{name}.md", "exec"), {})
        assert printed.getvalue().splitlines() == said


@pytest.mark.parametrize("name", GAMES)
def test_pages_name_every_field(name: str):
    text = (ROOT / "docs" / "games" / f"{name}.md").read_text(encoding="utf-8")
    for field in GAMES[name].problem.model_fields:
        assert f"`{field}`" in text, field
    assert f"examples/{name}.toml" in text
    assert (ROOT / "examples" / f"{name}.toml").is_file()


@pytest.mark.parametrize("name", GAMES)
def test_pages_name_every_key_of_the_result(name: str):
    text = (ROOT / "docs" / "games" / f"{name}.md").read_text(encoding="utf-8")
    for key in dataclasses.fields(get_type_hints(GAMES[name].module.solve)["return"]):
        assert key.name == "diagnostics" or re.search(rf"\b{key.name}\b", text), key.name


@pytest.mark.parametrize("name", GAMES)
def test_the_table_of_inputs_is_the_models(name: str):
    page = (ROOT / "docs" / "games" / f"{name}.md").read_text(encoding="utf-8")
    assert page == with_inputs(page, name), "write it anew: python packaging/game_pages.py"


def properties(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field of a game, those of its tables too."""
    for table in (schema, *schema.get("$defs", {}).values()):
        for name, field in table.get("properties", {}).items():
            if "const" not in field:
                yield f"{table['title']}.{name}", field


def leaves(field: dict[str, Any], depth: int = 0) -> Iterator[tuple[str, int]]:
    """Types of the values in a field, and how deep they lie."""
    if "anyOf" in field:
        for kind in field["anyOf"]:
            yield from leaves(kind, depth)
    elif "items" in field:
        yield from leaves(field["items"], depth + 1)
    else:
        yield field.get("type", "table"), depth


@pytest.mark.parametrize("name", GAMES)
def test_every_field_says_what_it_is_in_which_unit_and_shape(name: str):
    """In the model: `about("what", "unit", "[n]")` of games/_fields.py."""
    for place, field in properties(scenario_schema(name)):
        assert field.get("description"), f"{place}: give it about(…)"
        found = dict(leaves(field))
        if found.keys() & {"number", "integer"}:
            assert field.get("unit"), f"{place}: give it a unit, – for a plain number"
        deepest = max(depth for kind, depth in leaves(field) if kind != "null")
        if found.keys() & {"number", "integer", "boolean"}:
            assert field.get("shape", "").count("[") == deepest, f"{place}: give it its shape"
