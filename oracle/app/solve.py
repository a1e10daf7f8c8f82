"""`wattmarket solve`: a scenario file in; a table, a JSON object or a figure out."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from oracle.app.figures import check_figure, save_figure
from oracle.community.scenario import Solved, parse_scenario, read_scenario, solve_scenario
from oracle.community.schema import scenario_schema

__all__ = ["NOT_CONVERGED", "schema_text", "solve"]

NOT_CONVERGED = 3
_ROWS = 20
_WIDTH, _NUMBER = 100, 12


def solve(source: str, *, as_json: bool, plot: Path | None, seed: int) -> tuple[str, int]:
    """What to print, and the exit code: 0 solved, 3 not converged.

    `source` is a path or "-" for standard input. Raises ScenarioError (exit code 2).
    """
    if plot is not None:
        check_figure(plot)
    if source == "-":
        scenario = parse_scenario(sys.stdin.buffer.read(), folder=Path())
    else:
        scenario = read_scenario(Path(source))
    solved = solve_scenario(scenario, seed=seed)
    if plot is not None:
        save_plot(solved, plot)
    text = json.dumps(solved.document(), allow_nan=False) if as_json else as_table(solved)
    return text, 0 if solved.solution.diagnostics.converged else NOT_CONVERGED


def schema_text(game: str) -> str:
    """The JSON Schema of a game's scenarios. Raises ScenarioError where there is no such game."""
    return json.dumps(scenario_schema(game), indent=2, ensure_ascii=False, allow_nan=False)


def save_plot(solved: Solved, path: Path) -> None:
    """Write the solution's figure. Raises UserError where it cannot be written."""
    from matplotlib.figure import Figure

    from oracle.plots.games import plot_solution

    name = solved.scenario.game.name
    figure = Figure(figsize=(7.0, 4.5), layout="constrained")
    axes = plot_solution(name, solved.scenario.problem, solved.solution, figure.subplots())
    save_figure(figure, path, f"{name}: {axes.get_ylabel()} over {axes.get_xlabel()}")


def as_table(solved: Solved) -> str:
    """The solution as text: single values first, then a row for each agent, then diagnostics.

    Lists of tables (a mining game's equilibria) and tables of tables (a regulator's strategies) are
    tables of their own, with a row for each.
    """
    fields = _flat(solved.solution.document())
    tables, fields = _apart(fields)
    single = {key: value for key, value in fields.items() if not isinstance(value, list)}
    lists = {key: value for key, value in fields.items() if isinstance(value, list)}
    console = Console(width=_WIDTH, color_system=None, force_terminal=False)
    with console.capture() as captured:
        console.print(f"{solved.scenario.game.name}", style="bold")
        if single:
            console.print(_pairs(single))
        for key, rows in tables.items():
            _show(console, key, rows)
        # Columns of one length stand side by side.
        for length in sorted({len(value) for value in lists.values()}):
            same = {key: value for key, value in lists.items() if len(value) == length}
            for group in _groups(same):
                console.print(_columns(group, [str(i) for i in range(length)], "#"))
        tables, single = _apart(_flat(solved.solution.diagnostics.document()))
        console.print(_pairs(single))
        for key, rows in tables.items():
            _show(console, key, rows)
    return captured.get().rstrip()


Rows = dict[str, dict[str, Any]]


def _apart(fields: dict[str, Any]) -> tuple[dict[str, Rows], dict[str, Any]]:
    """Lists and tables of tables as rows by number or name; and all other fields."""
    tables: dict[str, Rows] = {}
    for key, value in fields.items():
        rows = dict(enumerate(value)) if isinstance(value, list) else value
        if isinstance(rows, dict) and rows and all(isinstance(row, dict) for row in rows.values()):
            tables[key] = {str(name): row for name, row in rows.items()}
    return tables, {key: value for key, value in fields.items() if key not in tables}


def _show(console: Console, title: str, rows: Rows) -> None:
    names = list(dict.fromkeys(name for row in rows.values() for name in row))
    columns = {name: [row.get(name) for row in rows.values()] for name in names}
    for group in _groups(columns):
        console.print(_columns(group, list(rows), title))


def _flat(fields: dict[str, Any]) -> dict[str, Any]:
    """A table of plain values becomes fields of its own: `gains.k`."""
    flat: dict[str, Any] = {}
    for key, value in fields.items():
        if isinstance(value, dict) and not any(isinstance(item, dict) for item in value.values()):
            flat |= {f"{key}.{name}": item for name, item in value.items()}
        else:
            flat[key] = value
    return flat


def _pairs(values: dict[str, Any]) -> Table:
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for key, value in values.items():
        table.add_row(key, _text(value))
    return table


def _groups(values: dict[str, list[Any]]) -> list[dict[str, list[Any]]]:
    """As many columns side by side as their names leave room for."""
    groups: list[dict[str, list[Any]]] = [{}]
    room = 0
    for key, value in values.items():
        wide = (
            max(len(key), 3 * _NUMBER if any(isinstance(v, list) for v in value) else _NUMBER) + 1
        )
        if groups[-1] and room < wide:
            groups.append({})
        if not groups[-1]:
            room = _WIDTH - _NUMBER
        groups[-1][key] = value
        room -= wide
    return groups


def _columns(values: dict[str, list[Any]], names: list[str], title: str) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(title, justify="right" if title == "#" else "left", no_wrap=True)
    for key in values:
        table.add_column(key, justify="right", overflow="fold")
    for i, name in enumerate(names[:_ROWS]):
        table.add_row(name, *(_text(column[i]) for column in values.values()))
    if len(names) > _ROWS:
        table.add_row("…", *(f"{len(names) - _ROWS} more" for _ in values))
    return table


def _text(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list):
        short = " ".join(_text(item) for item in value[:8])
        return short + (" …" if len(value) > 8 else "")
    return str(value)
