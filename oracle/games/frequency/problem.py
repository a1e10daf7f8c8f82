"""The problem of frequency: what it takes, in which units, within which limits."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import model_validator

from oracle.games._base import Problem, Table, check_order
from oracle.games._fields import (
    FloatArray,
    NonNegative,
    Numbers,
    Positive,
    Real,
    Tables,
    Whole,
    Words,
    about,
    invalid,
)

_NODES = 5_000
NodeNumber = Annotated[int, Whole(ge=0, le=_NODES - 1)]


class Node(Table):
    """kind; inertia M (generators, > 0); damping D (generators ≥ 0, frequency response > 0);

    power P fed in; cost ``½ a u² + b u`` of the control; control_bounds [2].
    """

    kind: Literal["generator", "frequency_response", "passive"] = about("what stands at the node")
    inertia: Positive | None = about("M; generators only", "power·s²/rad", default=None)
    damping: NonNegative | None = about("D; not for passive nodes", "power·s/rad", default=None)
    power: Real = about("P, fed in; below 0 for a load", "power")
    cost_quadratic: Positive = about("a of the cost ½ a u² + b u of a control u", "cost/power²")
    cost_linear: Real = about("b of that cost", "cost/power")
    control_bounds: Annotated[FloatArray, Numbers(1, length=2)] = about(
        "least and largest control", "power", "[2]"
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        check_order("control_bounds", *self.control_bounds)
        has = {"inertia": self.kind == "generator", "damping": self.kind != "passive"}
        for name, wanted in has.items():
            value = getattr(self, name)
            if wanted and value is None:
                raise invalid(name, Words("missing"), f"a number, because kind is {self.kind!r}")
            if not wanted and value is not None:
                raise invalid(name, value, f"none, because kind is {self.kind!r}")
        if self.kind == "frequency_response" and self.damping == 0:
            raise invalid("damping", 0.0, f"above 0, because kind is {self.kind!r}")
        return self


class Line(Table):
    """A line between two nodes and its susceptance B (power per radian)."""

    start: Annotated[int, Whole(ge=0, le=_NODES - 1)] = about(
        "the node at one end", "number from 0", alias="from"
    )
    end: Annotated[int, Whole(ge=0, le=_NODES - 1)] = about(
        "the node at the other end", "number from 0", alias="to"
    )
    susceptance: Positive = about("B", "power/rad")


class Disturbance(Table):
    """From `time` on, `power` is added to what is fed in at a node."""

    time: NonNegative = about("when it begins", "s")
    node: NodeNumber = about("where", "number from 0")
    power: Real = about("so much more is fed in from then on", "power")


class FrequencyProblem(Problem):
    """A grid at rest, and what happens to it.

    nodes [n] (at least one generator) and lines between them, all connected; dynamics of the
    controls with population_gain γ and integral_gain κ; nominal_frequency in Hz; disturbances;
    horizon in seconds, reported in `steps`.
    """

    game: ClassVar[str] = "frequency"

    nodes: Annotated[tuple[Node, ...], Tables(most=_NODES)] = about("at least one generator")
    lines: Annotated[tuple[Line, ...], Tables()] = about("which connect all nodes")
    dynamics: Literal["smith", "replicator"] = about(
        "by which controls move towards better payoffs"
    )
    population_gain: NonNegative = about("γ, how fast controls move", "–", default=2.0)
    integral_gain: NonNegative = about(
        "κ, how strongly a lasting deviation of frequency is corrected", "power/rad", default=1.0
    )
    nominal_frequency: Positive = about("of the grid", "Hz")
    disturbances: Annotated[tuple[Disturbance, ...], Tables()] = about("what happens to the grid")
    horizon: Positive = about("how long it is followed", "s")
    steps: Annotated[int, Whole(ge=1, le=100_000)] = about(
        "of the reported path", "–", default=1000
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        count = len(self.nodes)
        if not any(node.kind == "generator" for node in self.nodes):
            raise invalid("nodes", Words("no generator"), "at least one")
        for k, line in enumerate(self.lines):
            for name, at in (("from", line.start), ("to", line.end)):
                if at >= count:
                    raise invalid(f"lines[{k}].{name}", at, f"a node's number, 0 to {count - 1}")
            if line.start == line.end:
                raise invalid(f"lines[{k}].to", line.end, "another node than from")
        alone = _unconnected(count, self.lines)
        if alone is not None:
            raise invalid("lines", Words(f"none that leads to node {alone}"), "all connected")
        for k, event in enumerate(self.disturbances):
            if event.node >= count:
                allowed = f"a node's number, 0 to {count - 1}"
                raise invalid(f"disturbances[{k}].node", event.node, allowed)
            if event.time >= self.horizon:
                raise invalid(f"disturbances[{k}].time", event.time, "before the horizon")
        low, high = self.bounds.sum(axis=0)
        for name, power in (("nodes", self.power), ("disturbances", self.disturbed_power)):
            need = -float(power.sum())
            if not low <= need <= high:
                said = Words(f"a need of {need:g} in all")
                raise invalid(name, said, f"within the controls' bounds, {low:g} to {high:g}")
        return self

    @property
    def power(self) -> FloatArray:
        """P [n] at the start."""
        return np.array([node.power for node in self.nodes])

    @property
    def disturbed_power(self) -> FloatArray:
        """P [n] with all disturbances on."""
        power = self.power
        for event in self.disturbances:
            power[event.node] += event.power
        return power

    @property
    def bounds(self) -> FloatArray:
        """Bounds of the controls [n, 2]."""
        return np.array([node.control_bounds for node in self.nodes])


def _unconnected(count: int, lines: tuple[Line, ...]) -> int | None:
    """A node that no path of lines joins to node 0, or None."""
    neighbours: list[list[int]] = [[] for _ in range(count)]
    for line in lines:
        neighbours[line.start].append(line.end)
        neighbours[line.end].append(line.start)
    seen, todo = {0}, [0]
    while todo:
        for other in neighbours[todo.pop()]:
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return next((node for node in range(count) if node not in seen), None)
