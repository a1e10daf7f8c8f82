"""Scenario files and documents become problems; solved, they become JSON documents again.

The only place that reads scenario files. A document is what TOML or JSON parse to: `game` and the
fields of that game. `service` uses `solve_document` with ``allow_paths=False``.
"""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from oracle import UserError
from oracle.games import InvalidProblem, Problem, Solution, shown
from oracle.games.registry import GAMES, Game

__all__ = [
    "Scenario",
    "ScenarioError",
    "Solved",
    "document_of",
    "parse_scenario",
    "read_scenario",
    "scenario_from_document",
    "solve_document",
    "solve_scenario",
]

LARGEST_SEED = 2**128 - 1
DEEPEST = 50


class ScenarioError(UserError):
    """A scenario cannot be used: which field, which value, what is allowed, on one line."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        self.message = message
        super().__init__(f"{field}: {message}")


@dataclass(frozen=True)
class Scenario:
    """A game and its checked problem."""

    game: Game
    problem: Problem


@dataclass(frozen=True)
class Solved:
    """A scenario and its solution."""

    scenario: Scenario
    solution: Solution

    def document(self) -> dict[str, Any]:
        """``{"game", "solution", "diagnostics"}`` in plain values."""
        return {
            "game": self.scenario.game.name,
            "solution": self.solution.document(),
            "diagnostics": self.solution.diagnostics.document(),
        }


def read_scenario(path: Path) -> Scenario:
    """The scenario in a TOML or JSON file. Raises ScenarioError."""
    return scenario_from_document(_file(path), folder=path.parent)


def document_of(path: Path) -> dict[str, Any]:
    """A scenario file's document, checked, with the tables in it that it names. ScenarioError."""
    document = _file(path)
    game = scenario_from_document(document, folder=path.parent).game
    assert isinstance(document, dict)
    named = [field for field in game.tables if isinstance(document.get(field), str)]
    return document | {field: _table(field, document[field], path.parent) for field in named}


def _file(path: Path) -> object:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ScenarioError(
            "scenario", f"value {shown(str(path))}: {_reason(error)}; allowed: a readable file"
        ) from None
    return _document(raw, path.suffix.lower().removeprefix("."))


def parse_scenario(raw: bytes, *, kind: str = "", folder: Path | None = None) -> Scenario:
    """A scenario from text; `kind` is "json", "toml", or anything else to look at the text.

    Paths in it count from `folder`. Raises ScenarioError.
    """
    return scenario_from_document(_document(raw, kind), folder=folder)


def scenario_from_document(document: object, *, folder: Path | None = None) -> Scenario:
    """Check a document. Without a folder, paths are refused. Raises ScenarioError."""
    if not isinstance(document, Mapping):
        raise ScenarioError("scenario", f"value {shown(document)}; allowed: a table with game = …")
    fields = dict(document)
    known = ", ".join(GAMES)
    if "game" not in fields:
        raise ScenarioError("game", f"missing; allowed: {known}")
    name = fields.pop("game")
    if not isinstance(name, str) or name not in GAMES:
        raise ScenarioError("game", f"value {shown(name)}; allowed: {known}")
    game = GAMES[name]
    for field in game.tables:
        if isinstance(fields.get(field), str):
            fields[field] = _table(field, fields[field], folder)
    try:
        return Scenario(game, game.problem.from_document(fields))
    except InvalidProblem as error:
        raise ScenarioError(error.field, error.message) from None


def solve_scenario(scenario: Scenario, *, seed: int = 0) -> Solved:
    """Solve it. The same seed gives the same numbers. Raises ScenarioError on a bad seed."""
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= LARGEST_SEED:
        raise ScenarioError(
            "seed", f"value {shown(seed)}; allowed: a whole number from 0 to 2^128-1"
        )
    rng = np.random.default_rng(seed)
    # What leaves the range of floats shows in the certificate, not as a warning on the terminal.
    with np.errstate(all="ignore"):
        return Solved(scenario, scenario.game.solve(scenario.problem, rng=rng))


def solve_document(
    document: Mapping[str, Any],
    *,
    allow_paths: bool = False,
    folder: Path | None = None,
    seed: int = 0,
) -> dict[str, Any]:
    """From a parsed scenario to ``{"game", "solution", "diagnostics"}``. Raises ScenarioError.

    Files may be named only with `allow_paths`; relative ones count from `folder` (default: here).
    """
    base = (folder or Path()) if allow_paths else None
    return solve_scenario(scenario_from_document(document, folder=base), seed=seed).document()


def _document(raw: bytes, kind: str) -> object:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ScenarioError(
            "scenario", f"byte {error.start} is not UTF-8; allowed: TOML or JSON"
        ) from None
    is_json = kind == "json" or (kind != "toml" and text.lstrip()[:1] in {"{", "["})
    _refuse_depth(text)
    try:
        if is_json:
            return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_unique)
        return tomllib.loads(text)
    except ScenarioError:
        raise
    except ValueError as error:  # both parsers' errors, and integers with thousands of digits
        said = " ".join(str(error).split())[:120]
        what = "JSON" if is_json else "TOML"
        raise ScenarioError("scenario", f"not {what}: {said}; allowed: TOML or JSON") from None


def _refuse_depth(text: str) -> None:
    """Before a parser sees it: parsers recurse, and a program's stack may be short."""
    depth = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth += 1 if bracket in "[{" else -1
        if depth > DEEPEST:
            raise ScenarioError("scenario", "nested too deeply; allowed: tables of lists")


def _no_constant(name: str) -> NoReturn:
    raise ScenarioError("scenario", f"value {name}; allowed: finite numbers")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ScenarioError(shown(twice), "given twice; allowed: once")
    return table


def _table(field: str, name: str, folder: Path | None) -> dict[str, Any]:
    """The columns of a CSV or Parquet file."""
    if folder is None:
        raise ScenarioError(field, f"value {shown(name)}; allowed: a table, not a file path")
    path = folder / name
    kind = path.suffix.lower()
    if kind not in {".csv", ".parquet"} or "\0" in name:
        raise ScenarioError(
            field, f"value {shown(name)}; allowed: a table, or a path ending in .csv or .parquet"
        )
    try:
        return _csv(field, path) if kind == ".csv" else _parquet(field, path)
    except OSError as error:
        raise ScenarioError(
            field, f"value {shown(name)}: {_reason(error)}; allowed: a readable file"
        ) from None


def _csv(field: str, path: Path) -> dict[str, list[float]]:
    """A header and rows of numbers."""
    columns: dict[str, list[float]] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, strict=True)
            header = [name.strip() for name in next(rows, [])]
            if not header or len(set(header)) < len(header):
                raise ScenarioError(
                    field, f"{shown(path.name)} line 1: {shown(header)}; allowed: distinct columns"
                )
            values: list[list[float]] = [[] for _ in header]
            for row in rows:
                if not row:
                    continue
                if len(row) != len(header):
                    raise ScenarioError(
                        field,
                        f"{shown(path.name)} line {rows.line_num}: {len(row)} values; "
                        f"allowed: {len(header)}",
                    )
                for name, cell, column in zip(header, row, values, strict=True):
                    column.append(_number(field, path, rows.line_num, name, cell))
            columns = dict(zip(header, values, strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        said = " ".join(str(error).split())[:100]
        raise ScenarioError(field, f"{shown(path.name)}: {said}; allowed: UTF-8 CSV") from None
    return columns


def _number(field: str, path: Path, line: int, name: str, cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        raise ScenarioError(
            f"{field}.{name}", f"{shown(path.name)} line {line}: {shown(cell)}; allowed: a number"
        ) from None


def _parquet(field: str, path: Path) -> dict[str, Any]:
    try:
        arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise ScenarioError(
            field,
            f"value {shown(path.name)} needs pyarrow; allowed: a CSV file, or install "
            "wattmarket[parquet]",
        ) from None
    if not path.is_file():
        raise FileNotFoundError(2, "no such file", str(path))
    try:
        table = parquet.read_table(path)
    except (arrow.ArrowException, ValueError) as error:
        said = " ".join(str(error).split())[:100]
        raise ScenarioError(field, f"{shown(path.name)}: {said}; allowed: Parquet") from None
    columns: dict[str, Any] = {}
    for name in table.column_names:
        column = table.column(name)
        if column.null_count:
            raise ScenarioError(f"{field}.{name}", "empty cells; allowed: a number in each row")
        columns[name] = column.to_numpy()
    return columns


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
