"""Solving a sweep's scenarios over processes or a dask cluster: the same bits on either.

A task is one point and one draw; its seed is a function of the sweep's seed and the task's number
alone, so neither who solves it nor how often it is begun anew changes a result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from oracle import UserError
from oracle.app.engine import PROCESSES, Told, map_chunks
from oracle.app.sweep.axes import Axis, points
from oracle.community.scenario import LARGEST_SEED, scenario_from_document, solve_document

MOST_TASKS = 1_000_000
CHUNKS = 64
"""Pieces of work, at most, however many tasks: enough for the slowest of many workers to matter
little, and few enough that each is worth its way."""

Number = float | int | bool | None


@dataclass(frozen=True)
class Task:
    """One scenario to solve once."""

    seed: int
    document: dict[str, Any]


@dataclass(frozen=True)
class Prepared:
    """A sweep's tasks, `draws` for each point in turn."""

    game: str
    axes: tuple[Axis, ...]
    points: tuple[tuple[float | int, ...], ...]
    draws: int
    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class Row:
    """A task's outcome: single numbers of solution and diagnostics by name."""

    values: tuple[float | int, ...]
    draw: int
    seed: int
    found: dict[str, Number]


@dataclass(frozen=True)
class Swept:
    """All rows, in the order of points and draws."""

    game: str
    axes: tuple[Axis, ...]
    rows: tuple[Row, ...]


def seed_of(seed: int, number: int) -> int:
    """The seed of a task: 128 bits that `wattmarket solve --seed` takes."""
    words = np.random.SeedSequence(seed, spawn_key=(number,)).generate_state(2, np.uint64)
    return int(words[0]) << 64 | int(words[1])


def sweep(
    document: dict[str, Any],
    axes: Sequence[Axis],
    *,
    draws: int = 1,
    seed: int = 0,
    engine: str = PROCESSES,
    jobs: int | None = None,
    told: Told | None = None,
) -> Swept:
    """Solves every combination of the axes' values `draws` times. `told` hears of chunks.

    Raises UserError as `prepare` and the engine do.
    """
    prepared = prepare(document, axes, draws=draws, seed=seed)
    return solve_prepared(prepared, engine=engine, jobs=jobs, told=told)


def prepare(
    document: dict[str, Any], axes: Sequence[Axis], *, draws: int = 1, seed: int = 0
) -> Prepared:
    """The sweep's tasks, each scenario checked. `document` has its tables in it.

    Raises UserError for a scenario that is wrong at any point, and as `points` does.
    """
    if draws < 1:
        raise UserError(f"--draws: {draws}: at least 1")
    if not 0 <= seed <= LARGEST_SEED:
        raise UserError(f"--seed: {seed}: from 0 to 2^128-1")
    made = points(document, axes)
    if len(made) * draws > MOST_TASKS:
        raise UserError(f"--draws: {len(made)} x {draws} tasks: at most {MOST_TASKS}")
    game = ""
    for values, changed in made:
        try:
            game = scenario_from_document(changed).game.name
        except UserError as error:
            at = ", ".join(f"{a.field} = {v}" for a, v in zip(axes, values, strict=True))
            raise UserError(f"{error} (at {at})" if at else str(error)) from None
    tasks = [
        Task(seed_of(seed, number * draws + draw), changed)
        for number, (_, changed) in enumerate(made)
        for draw in range(draws)
    ]
    return Prepared(game, tuple(axes), tuple(values for values, _ in made), draws, tuple(tasks))


def solve_prepared(
    prepared: Prepared,
    *,
    engine: str = PROCESSES,
    jobs: int | None = None,
    told: Told | None = None,
) -> Swept:
    """Solves the tasks of a sweep. Raises UserError as the engine does."""
    tasks = prepared.tasks
    size = -(-len(tasks) // CHUNKS)
    chunks = [tasks[i : i + size] for i in range(0, len(tasks), size)]
    found = map_chunks(solve_tasks, chunks, engine=engine, jobs=jobs, told=told)
    solved = [one for chunk in found for one in chunk]
    rows = [
        Row(prepared.points[number // prepared.draws], number % prepared.draws, task.seed, one)
        for number, (task, one) in enumerate(zip(tasks, solved, strict=True))
    ]
    return Swept(prepared.game, prepared.axes, tuple(rows))


def solve_tasks(tasks: Sequence[Task]) -> list[dict[str, Number]]:
    """A worker's piece of work."""
    return [_single(solve_document(task.document, seed=task.seed)) for task in tasks]


def _single(solved: dict[str, Any]) -> dict[str, Number]:
    """The single values: `price`, `bounds.low`; of the diagnostics `converged` and so on."""
    found: dict[str, Number] = {}

    def walk(prefix: str, fields: dict[str, Any]) -> None:
        for name, value in fields.items():
            if isinstance(value, dict):
                walk(f"{prefix}{name}.", value)
            elif value is None or isinstance(value, (bool, int, float)):
                found[prefix + name] = value

    walk("", solved["solution"])
    walk("", solved["diagnostics"])
    # How long it took is no result: no two runs agree on it.
    found.pop("seconds", None)
    return found
