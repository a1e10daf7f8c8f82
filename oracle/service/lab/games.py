"""The games as the page's lab shows them: schema, examples, what to draw."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from pydantic import Field

from oracle.community.schema import scenario_schema
from oracle.games.registry import GAMES
from oracle.service.http.schemas import Out
from oracle.service.lab.material import material
from oracle.service.lab.plots import PLOTS, Plot

QUICKER: dict[str, dict[str, Any]] = {
    "learning": {"steps": 5000, "runs": 2},
    "regulation": {"steps": 200, "paths": 1000},
}
"""Random games take their time: these fields make an example that is solved while one waits."""


class GameSummary(Out):
    name: str = Field(description="as a scenario's `game`")
    title: str
    summary: str
    docs: str = Field(description="the page about it, in the source tree")


class Example(Out):
    """A scenario that is solved within a second or so."""

    title: str
    scenario: dict[str, Any] = Field(description="what POST /api/solve takes")


class GamePage(GameSummary):
    scenario_schema: dict[str, Any] = Field(
        description="JSON Schema of its scenarios", serialization_alias="schema"
    )
    examples: list[Example]
    plots: list[Plot]


@lru_cache
def summary_of(name: str) -> GameSummary:
    """From the first lines of its module. Raises KeyError for what is no game."""
    text = " ".join(_module_docstring(name).split("\n\n")[0].split())
    title = re.split(r"[:,(]", text.rstrip("."))[0].strip()
    return GameSummary(name=name, title=title, summary=text, docs=f"docs/games/{name}.md")


def _module_docstring(name: str) -> str:
    """Read, not imported: a list of titles is not worth loading all solvers."""
    folder, module = files("oracle.games"), GAMES[name].name
    source = folder / f"{module}.py"
    if not source.is_file():
        source = folder / module / "__init__.py"
    return ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""


def summaries() -> list[GameSummary]:
    """All games by name."""
    return [summary_of(name) for name in sorted(GAMES)]


@lru_cache
def page_of(name: str) -> GamePage:
    """All that a form and its plots need. Raises KeyError for what is no game."""
    return GamePage(
        **summary_of(name).model_dump(),
        scenario_schema=scenario_schema(name),
        examples=[_example(name)],
        plots=list(PLOTS[name]),
    )


def _example(name: str) -> Example:
    """The example file, whose first line says in a comment what it is of."""
    text = (material("examples") / f"{name}.toml").read_text(encoding="utf-8")
    title = text.splitlines()[0].removeprefix("#").strip()
    return Example(title=title, scenario=tomllib.loads(text) | QUICKER.get(name, {}))
