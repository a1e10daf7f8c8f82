"""The grid's equations: flows, swings, passive nodes and the controls' population dynamics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array, diags_array
from scipy.sparse.linalg import splu

from oracle.games._fields import BoolArray, FloatArray
from oracle.games.frequency.population import replicator, smith
from oracle.games.frequency.problem import FrequencyProblem

_DENSE = 200
"""Up to so many nodes, dense matrices are faster than sparse ones."""
_NEWTON = 60


class NoRest(Exception):
    """The angles that would carry the power do not exist, or Newton's method did not find them."""


@dataclass(frozen=True)
class Grid:
    """The problem's arrays. State: angles θ [n], speeds ω of the generators, controls u [n]."""

    incidence: Any  # [lines, n], dense or sparse
    transposed: Any
    susceptance: FloatArray
    inertia: FloatArray  # of the generators
    damping: FloatArray  # [n], 0 where passive
    generators: NDArray[np.intp]
    responsive: NDArray[np.intp]
    passive: NDArray[np.intp]
    quadratic: FloatArray
    linear: FloatArray
    low: FloatArray
    high: FloatArray
    gain: float
    integral: float
    smith: bool

    @classmethod
    def of(cls, problem: FrequencyProblem) -> Grid:
        nodes, lines = problem.nodes, problem.lines
        ends = np.array([[line.start, line.end] for line in lines])
        signs = np.tile([1.0, -1.0], len(lines))
        rows = np.repeat(np.arange(len(lines)), 2)
        incidence = csr_array((signs, (rows, ends.ravel())), shape=(len(lines), len(nodes)))

        def kind(name: str) -> NDArray[np.intp]:
            return np.array([i for i, node in enumerate(nodes) if node.kind == name], dtype=np.intp)

        small = len(nodes) <= _DENSE
        return cls(
            incidence=incidence.toarray() if small else incidence,
            transposed=incidence.toarray().T.copy() if small else csr_array(incidence.T),
            susceptance=np.array([line.susceptance for line in lines]),
            inertia=np.array([node.inertia for node in nodes if node.kind == "generator"]),
            damping=np.array([node.damping or 0.0 for node in nodes]),
            generators=kind("generator"),
            responsive=kind("frequency_response"),
            passive=kind("passive"),
            quadratic=np.array([node.cost_quadratic for node in nodes]),
            linear=np.array([node.cost_linear for node in nodes]),
            low=problem.bounds[:, 0].copy(),
            high=problem.bounds[:, 1].copy(),
            gain=problem.population_gain,
            integral=problem.integral_gain,
            smith=problem.dynamics == "smith",
        )

    @property
    def size(self) -> int:
        return len(self.quadratic)

    def split(self, state: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Angles, generators' speeds and controls of a state."""
        n, g = self.size, len(self.generators)
        return state[:n], state[n : n + g], state[n + g :]

    def flows(self, angles: FloatArray) -> FloatArray:
        """Power that leaves each node [n]."""
        return np.asarray(self.transposed @ (self.susceptance * np.sin(self.incidence @ angles)))

    def stiffness(self, angles: FloatArray) -> Any:
        """How the flows change with the angles: a weighted Laplacian [n, n], dense or sparse."""
        weight = self.susceptance * np.cos(self.incidence @ angles)
        if isinstance(self.incidence, np.ndarray):
            return (self.transposed * weight) @ self.incidence
        return csr_array(self.transposed @ diags_array(weight) @ self.incidence)

    def population(self, controls: FloatArray) -> FloatArray:
        """What the comparison of marginal costs does to the controls [n]; O(n log n)."""
        payoff = -(self.quadratic * controls + self.linear)
        dynamics = smith if self.smith else replicator
        return self.gain * dynamics(payoff, controls - self.low, self.high - controls)

    def derivative(
        self, state: FloatArray, power: FloatArray, stopped: BoolArray
    ) -> tuple[FloatArray, FloatArray]:
        """The state's velocity, and the controls' velocity as if none were stopped."""
        angles, speeds, controls = self.split(state)
        surplus = power + controls - self.flows(angles)
        turning = np.zeros(self.size)
        turning[self.generators] = speeds
        turning[self.responsive] = surplus[self.responsive] / self.damping[self.responsive]
        drift = self.population(controls)
        if len(self.passive):
            turning[self.passive] = self._passive(angles, turning, drift, stopped)
        wanted = drift - self.integral * turning
        swing = (surplus[self.generators] - self.damping[self.generators] * speeds) / self.inertia
        return np.concatenate([turning, swing, np.where(stopped, 0.0, wanted)]), wanted

    def _passive(
        self, angles: FloatArray, turning: FloatArray, drift: FloatArray, stopped: BoolArray
    ) -> FloatArray:
        """Speeds of the passive nodes: those that keep ``P + u = flows`` as the rest moves."""
        who = self.passive
        moves = np.where(stopped[who], 0.0, 1.0)
        stiffness = self.stiffness(angles)[who]
        right = moves * drift[who] - stiffness @ turning
        return _solve(stiffness[:, who], right, self.integral * moves)

    def rest(self, injected: FloatArray) -> FloatArray:
        """Angles [n] at which the lines carry what is injected; the first is 0. Raises NoRest."""
        return self._balance(np.zeros(self.size), injected, np.arange(1, self.size))

    def settle_passive(self, angles: FloatArray, injected: FloatArray) -> FloatArray:
        """The angles after a jump in power: those of the passive nodes jump. Raises NoRest."""
        return self._balance(angles, injected, self.passive) if len(self.passive) else angles

    def _balance(
        self, angles: FloatArray, injected: FloatArray, who: NDArray[np.intp]
    ) -> FloatArray:
        """Newton's method with halved steps on the angles of `who`. Raises NoRest."""
        angles = angles.copy()
        scale = 1e-13 * (1 + float(self.susceptance.max()) + float(np.abs(injected).max()))
        error = (injected - self.flows(angles))[who]
        for _ in range(_NEWTON):
            if np.abs(error).max() <= scale:
                if (np.cos(self.incidence @ angles) <= 0).any():
                    raise NoRest
                return angles
            step = _solve(self.stiffness(angles)[who][:, who], error)
            part = 1.0
            while part > 1e-6:
                moved = angles.copy()
                moved[who] += part * step
                left = (injected - self.flows(moved))[who]
                if np.abs(left).max() < np.abs(error).max():
                    break
                part /= 2
            if not part > 1e-6:
                # No better: at the end of what floating point tells apart, that will do.
                if np.abs(error).max() <= 1e3 * scale:
                    return angles
                raise NoRest
            angles, error = moved, left
        raise NoRest


def _solve(matrix: Any, right: FloatArray, diagonal: FloatArray | None = None) -> FloatArray:
    """One linear system, dense or sparse. Raises NoRest where it is singular."""
    try:
        if isinstance(matrix, np.ndarray):
            whole = matrix if diagonal is None else matrix + np.diag(diagonal)
            return np.linalg.solve(whole, right)
        whole = matrix if diagonal is None else matrix + diags_array(diagonal)
        return np.asarray(splu(csc_array(whole)).solve(right))
    except (np.linalg.LinAlgError, RuntimeError):
        raise NoRest from None
