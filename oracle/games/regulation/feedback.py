"""The regulator's feedback, the lines it makes, and what is measured on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from oracle.games._fields import FloatArray
from oracle.games._monte_carlo import run_blocks
from oracle.games._noise import power
from oracle.games._riccati import Path, joined, settle
from oracle.games.regulation.certificate import LEVELS, gains
from oracle.games.regulation.lines import (
    Grid,
    Line,
    Moments,
    compensation,
    kernel,
    spreads,
    transitions,
)
from oracle.games.regulation.problem import RegulationProblem

__all__ = ["Feedback", "Measured", "grid_of", "lines_of", "measure", "target_price"]

_CONFIDENCE = 1.959963984540054
_RISK = 0.025


def target_price(problem: RegulationProblem, times: FloatArray) -> FloatArray:
    """``c0 + Σ c_k cos 2πkt + ĉ_k sin 2πkt`` with the widths 1/100, 1/150, 1/200 and 1/250."""
    low, high = problem.price_band
    turn = 2 * np.pi * np.asarray(times)
    waves = np.cos(turn) / 100 + np.sin(turn) / 150 + np.cos(2 * turn) / 200
    return np.asarray((low + high) / 2 + (high - low) * (waves + np.sin(2 * turn) / 250))


def grid_of(problem: RegulationProblem) -> Grid:
    """The problem on its grid, prices as logs."""
    times = np.linspace(0.0, problem.horizon, problem.steps + 1)
    low, high = (float(np.log(bound)) for bound in problem.price_band)
    return Grid(
        step=problem.horizon / problem.steps,
        speed=problem.adjustment_speed,
        net_demand=np.broadcast_to(problem.demand - problem.supply, (problem.steps,)).copy(),
        target=np.log(target_price(problem, times)),
        band=(low, high),
        start=float(np.log(problem.first_price)),
        local=power(problem.volatility, problem.jumps),
        shared=power(problem.common_volatility, problem.common_jumps),
    )


class Feedback:
    """The Riccati equations of both weights: ``u = (η/ρ)(P p + g)``, backward over the horizon."""

    def __init__(self, problem: RegulationProblem, grid: Grid) -> None:
        weights = problem.weights
        self.problem, self.grid = problem, grid
        self.rho = weights.rho
        self.weights = np.array([weights.q, weights.q + weights.q_bar])
        self.path = self._integrate()

    def at(self, times: float | FloatArray) -> tuple[FloatArray, FloatArray]:
        """Gains K and c, [2] or [2, times]: of the weight q, and of q + q̄."""
        found = self.path(times)
        scale = self.grid.speed / self.rho
        return scale * found[:2], scale * found[2:]

    def _integrate(self) -> Path:
        speed, horizon = self.grid.speed, self.problem.horizon
        end = np.concatenate([self.weights, -self.weights * self.grid.target[-1]])
        # Net demand is constant between these times; the solver stops at each.
        change = np.flatnonzero(np.diff(self.grid.net_demand)) + 1
        knots = np.concatenate([[0.0], change * self.grid.step, [horizon]])
        levels = self.grid.net_demand[np.concatenate([[0], change])]
        pieces: list[Path] = []
        for at in range(len(levels) - 1, -1, -1):
            push = float(levels[at])

            def rates(time: float, y: FloatArray, push: float = push) -> FloatArray:
                aim = np.log(target_price(self.problem, np.asarray(time)))
                curve, line = y[:2], y[2:]
                strong = speed + speed**2 / self.rho * curve
                return np.concatenate(
                    [
                        (speed + strong) * curve - self.weights,
                        strong * line + self.weights * aim - speed * push * curve,
                    ]
                )

            pieces.append(settle(rates, end, float(knots[at + 1]), float(knots[at])))
            if pieces[-1].trouble:
                break
            end = pieces[-1](float(knots[at]))
        return pieces[0] if len(pieces) == 1 else joined(pieces)

    def loss(self, moments: Moments, mean_field_type: bool) -> float:
        """What a strategy's gains lose against those of dynamic programming: ``∫ρ E (Δu)² dt``."""
        grid, horizon = self.grid, self.problem.horizon
        steps = len(grid.net_demand)
        targets = {}
        for level in LEVELS:
            count = steps * level
            middles = (np.arange(count, dtype=np.float64) + 0.5) * (horizon / count)
            aims = np.log(target_price(self.problem, middles))
            targets[level] = np.append(aims, grid.target[-1])
        starts = np.arange(steps, dtype=np.float64) * grid.step
        slope, constant = self.at(starts)
        spread = moments.own[:-1], moments.common[:-1] + moments.mean[:-1] ** 2
        best = [
            gains(float(w), self.rho, grid.speed, grid.net_demand, targets, horizon)
            for w in (self.weights if mean_field_type else self.weights[:1])
        ]
        which = 1 if mean_field_type else 0
        off_own = slope[0] - best[0][0]
        off, shift = slope[which] - best[which][0], constant[which] - best[which][1]
        rate = off_own**2 * spread[0] + off**2 * spread[1]
        rate = rate + 2 * off * shift * moments.mean[:-1] + shift**2
        return self.rho * float(np.sum(np.maximum(rate, 0.0))) * grid.step


def lines_of(problem: RegulationProblem, grid: Grid, feedback: Feedback | None) -> dict[str, Line]:
    """The strategies asked for as lines, in their order; `piecewise` as one without supply."""
    none = np.zeros(problem.steps)
    middles = (np.arange(problem.steps, dtype=np.float64) + 0.5) * grid.step
    made: dict[str, Line] = {}
    for name in problem.strategies:
        if name == "open_loop":
            aim = np.log(target_price(problem, middles))
            made[name] = Line(none, none, grid.net_demand - aim)
        elif name in {"none", "piecewise"}:
            made[name] = Line(none, none, none)
        else:
            assert feedback is not None
            slope, constant = feedback.at(middles)
            which = 1 if name == "mean_field_type" else 0
            made[name] = Line(slope[0], slope[which], constant[which])
    return made


@dataclass(frozen=True)
class Measured:
    """What paths tell of one strategy: estimates and their standard errors."""

    mean: FloatArray
    outside: FloatArray
    squared_error: float
    energy: float
    share: float
    errors: tuple[float, float, float]
    interval: tuple[float, float]


def measure(
    problem: RegulationProblem,
    grid: Grid,
    lines: dict[str, Line],
    rng: np.random.Generator,
    threads: int,
) -> dict[str, Measured]:
    """All lines on one noise; the piecewise one last."""
    order = [name for name in lines if name != "piecewise"]
    planned = "piecewise" in lines
    order += ["piecewise"] if planned else []
    chosen = [lines[name] for name in order]
    own = sum(jump.rate * jump.size for jump in problem.jumps or ())
    common = sum(jump.rate * jump.size for jump in problem.common_jumps or ())
    moved = [transitions(line, grid) for line in chosen]
    centred = [compensation(line, grid, own, common) for line in chosen]
    noise = [spreads(line, grid, problem.volatility, problem.common_volatility) for line in chosen]
    speed, steps, paths = grid.speed, problem.steps, problem.paths
    jumps = [
        (jump.rate, jump.size, float(shared))
        for shared, some in ((False, problem.jumps), (True, problem.common_jumps))
        for jump in some or ()
        if jump.rate > 0
    ]
    plan, supplies = np.zeros(0), np.zeros(0)
    if planned:
        assert problem.piecewise is not None
        rule = problem.piecewise
        lengths = [max(1.0, round(min(v / grid.step, 1e9))) for v in (rule.block, rule.window)]
        plan, supplies = np.array([*lengths, rule.supply_step]), np.sort(rule.supplies)
    arguments: tuple[Any, ...] = (
        grid.start,
        np.array([each[0] for each in moved]),
        np.array([each[1] for each in moved]),
        np.array([each[2] + extra[1] for each, extra in zip(moved, centred, strict=True)]),
        np.array([each[0] for each in centred]),
        np.array([each[0] for each in noise]),
        np.array([each[1] for each in noise]),
        np.array([np.transpose([line.k, line.K, line.c]) for line in chosen]),
        np.array([speed * (1 + np.transpose([line.k, line.K])) for line in chosen]),
        np.array(jumps).reshape(-1, 3),
        grid.target,
        np.array(grid.band),
        grid.step,
        np.array([1 / steps, grid.step / 2, 1 / steps]),
        grid.net_demand,
        plan,
        supplies,
    )
    shape = (len(order), steps + 1)
    first, outside, sums = run_blocks(
        kernel, rng, paths, (shape, shape, (len(order), 6)), arguments, threads=threads
    )
    found = {}
    for at, name in enumerate(order):
        mean = sums[at, ::2] / paths
        spread = np.sqrt(np.maximum(sums[at, 1::2] / paths - mean**2, 0) / (paths - 1))
        found[name] = Measured(
            first[at] / paths,
            outside[at] / paths,
            float(mean[0]),
            float(mean[1]),
            float(mean[2]),
            (float(spread[0]), float(spread[1]), float(spread[2])),
            _interval(float(mean[2]), float(spread[2]), paths),
        )
    return found


def _interval(share: float, error: float, paths: int) -> tuple[float, float]:
    """95 %, within [0, 1]; where no two paths differ, as wide as their number allows."""
    if error == 0:
        unseen = 1 - _RISK ** (1 / paths)
        return max(0.0, share - unseen), min(1.0, share + unseen)
    return max(0.0, share - _CONFIDENCE * error), min(1.0, share + _CONFIDENCE * error)
