"""The frequency certificate: the swing equations node by node along the path, and the optimum's
marginal costs pair by pair. It shares no code with the solver."""

from __future__ import annotations

import numpy as np

from oracle.games._fields import FloatArray
from oracle.games.frequency.path import Path, Piece
from oracle.games.frequency.problem import FrequencyProblem

_POINTS = 150
_PAIRS = 400
"""Above this many nodes the path is looked at in fewer points: the pairs take n² of time."""


def certify(problem: FrequencyProblem, static: FloatArray, path: Path) -> tuple[float, float]:
    """Residual and exploitability.

    The residual is the largest of ``|ẏ − f|/(1 + |y|)`` over points of the dense output, the
    mismatch at passive nodes there, and ``‖u − Π(u − F(u))‖∞/(1 + ‖u‖∞)`` with the imbalance of the
    static optimum. Exploitability: the most that one shift of power between two nodes would save.
    """
    low, high = problem.bounds.T
    quadratic = np.array([node.cost_quadratic for node in problem.nodes])
    marginal = quadratic * static + np.array([node.cost_linear for node in problem.nodes])
    up, down = static < high, static > low
    # A marginal cost that all share: between the dearest that could go down and the cheapest up.
    dearest = float(marginal[down].max()) if down.any() else -np.inf
    cheapest = float(marginal[up].min()) if up.any() else np.inf
    shared = (dearest + cheapest) / 2 if np.isfinite(dearest + cheapest) else 0.0
    if not np.isfinite(dearest + cheapest):
        shared = float(np.clip(shared, dearest, cheapest))
    moved = np.clip(static - (marginal - shared), low, high)
    need = abs(float(problem.disturbed_power.sum() + static.sum()))
    size = 1 + float(np.abs(static).max())
    residual = max(float(np.abs(static - moved).max()) / size, need / size)
    gap = max(dearest - cheapest, 0.0)
    gain = 0.0
    if gap > 0:
        gain = gap**2 / (2 * float(quadratic[up].min() + quadratic[down].min()))
    for piece in path.pieces:
        residual = max(residual, _along(problem, piece, len(path.pieces)))
    return residual, gain


def _along(problem: FrequencyProblem, piece: Piece, pieces: int) -> float:
    """The largest residual of the equations at points inside a piece's steps."""
    points = max(3, _POINTS // pieces)
    if len(problem.nodes) > _PAIRS:
        points = 3
    chosen = np.unique(np.linspace(0, len(piece.knots) - 2, points).astype(int))
    worst = 0.0
    for k in chosen.tolist():
        width = float(piece.knots[k + 1] - piece.knots[k])
        at = float(piece.knots[k]) + 0.37 * width
        # Not so small that rounding shows, where the piece itself is tiny.
        nudge = max(1e-2 * width, min(0.15 * width, 1e-7))
        # A fourth-order difference of the dense output itself.
        near = [piece.state(at + j * nudge) for j in (-2, -1, 1, 2)]
        speed = (near[0] - 8 * near[1] + 8 * near[2] - near[3]) / (12 * nudge)
        state = piece.state(at)
        expected, mismatch = _equations(problem, piece, state, speed)
        worst = max(worst, float((np.abs(speed - expected) / (1 + np.abs(state))).max()), mismatch)
    return worst


def _equations(
    problem: FrequencyProblem, piece: Piece, state: FloatArray, speed: FloatArray
) -> tuple[FloatArray, float]:
    """What the velocity should be [state], given the angles' own; the passive nodes' mismatch."""
    nodes = problem.nodes
    n = len(nodes)
    angles, controls = state[:n], state[-n:]
    surplus = piece.power + controls
    for line in problem.lines:
        flow = line.susceptance * np.sin(angles[line.start] - angles[line.end])
        surplus[line.start] -= flow
        surplus[line.end] += flow
    turning, swings = np.empty(n), []
    mismatch, generator = 0.0, n
    for i, node in enumerate(nodes):
        if node.kind == "generator":
            assert node.inertia is not None
            assert node.damping is not None
            turning[i] = state[generator]
            swings.append((surplus[i] - node.damping * turning[i]) / node.inertia)
            generator += 1
        elif node.kind == "frequency_response":
            assert node.damping is not None
            turning[i] = surplus[i] / node.damping
        else:
            turning[i] = speed[i]
            mismatch = max(mismatch, abs(float(surplus[i])) / (1 + abs(float(controls[i]))))
    drift = _population(problem, controls)
    steered = problem.population_gain * drift - problem.integral_gain * turning
    steered = np.where(piece.stopped, 0.0, steered)
    return np.concatenate([turning, swings, steered]), mismatch


def _population(problem: FrequencyProblem, controls: FloatArray) -> FloatArray:
    """Smith's dynamics pair by pair, or the replicator's."""
    low, high = problem.bounds.T
    nodes = problem.nodes
    costs = [v.cost_quadratic * u + v.cost_linear for v, u in zip(nodes, controls, strict=True)]
    payoff = -np.array(costs)
    above, below = controls - low, high - controls
    if problem.dynamics == "smith":
        better = np.maximum(payoff[:, None] - payoff[None, :], 0.0)
        return np.asarray(below * (better @ above) - above * (better.T @ below))
    q = above * below
    total = q.sum()
    return np.asarray(q * (payoff - (q @ payoff) / total)) if total > 0 else 0.0 * q
