"""The grid's frequency: closed forms, a quadratic program, pairwise sums and other integrators."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import piqp
import pytest
from scipy.integrate import solve_ivp

from oracle.games import InvalidProblem
from oracle.games.frequency import FrequencyProblem, replicator, smith, solve
from oracle.games.frequency.certificate import _population, certify
from oracle.games.frequency.grid import Grid
from oracle.games.frequency.path import run
from oracle.games.frequency.static import cheapest_controls


def node(kind: str = "generator", **changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "kind": kind,
        "power": 0.0,
        "cost_quadratic": 1.0,
        "cost_linear": 0.0,
        "control_bounds": [-1.0, 1.0],
    }
    if kind == "generator":
        fields["inertia"] = 2.0
    if kind != "passive":
        fields["damping"] = 1.0
    return fields | changes


def grid(nodes: list[dict[str, Any]], **changes: Any) -> FrequencyProblem:
    fields: dict[str, Any] = {
        "nodes": nodes,
        "lines": [
            {"from": i, "to": (i + 1) % len(nodes), "susceptance": 6.0}
            for i in range(len(nodes) if len(nodes) > 2 else 1)
        ],
        "dynamics": "smith",
        "nominal_frequency": 50.0,
        "disturbances": [{"time": 1.0, "node": 0, "power": -0.4}],
        "horizon": 30.0,
        "steps": 300,
    }
    return FrequencyProblem(**(fields | changes))


def mixed(**changes: Any) -> FrequencyProblem:
    """All kinds of node, different costs, enough room."""
    return grid(
        [
            node(power=0.6, cost_quadratic=1.0, cost_linear=0.1),
            node("passive", power=-0.9, cost_quadratic=2.0, cost_linear=0.2),
            node("frequency_response", power=0.1, cost_quadratic=0.7, damping=1.5),
            node(power=0.3, inertia=3.0, damping=0.5, cost_quadratic=0.5, cost_linear=0.15),
        ],
        **changes,
    )


def random_grid(rng: np.random.Generator, dynamics: str) -> FrequencyProblem:
    kinds = ["generator", *rng.choice(["generator", "frequency_response", "passive"], 4)]
    nodes = [
        node(
            kind,
            power=rng.uniform(-0.4, 0.4),
            cost_quadratic=rng.uniform(0.5, 2),
            cost_linear=rng.uniform(-0.2, 0.2),
            control_bounds=[-rng.uniform(0.5, 1), rng.uniform(0.5, 1)],
        )
        for kind in kinds
    ]
    event = {"time": rng.uniform(0, 2), "node": int(rng.integers(5)), "power": -0.3}
    return grid(nodes, dynamics=dynamics, disturbances=[event], horizon=4.0, steps=4)


def test_the_static_optimum_against_a_quadratic_program():
    rng = np.random.default_rng(41)
    at_bounds = 0
    for _ in range(60):
        n = int(rng.integers(2, 9))
        a, b = rng.uniform(0.2, 2, n), rng.uniform(-1, 1, n)
        bounds = np.sort(rng.uniform(-1, 1, (n, 2)), axis=1)
        need = rng.uniform(*bounds.sum(axis=0))
        power = np.append(np.zeros(n - 1), -need)
        controls, price = cheapest_controls(a, b, bounds, power)
        solver = piqp.DenseSolver()
        solver.settings.eps_abs = solver.settings.eps_rel = 1e-11
        none = np.zeros((0, n)), np.zeros(0), np.zeros(0)
        solver.setup(
            np.diag(a), b, np.ones((1, n)), np.array([need]), *none, bounds[:, 0], bounds[:, 1]
        )
        solver.solve()
        assert controls == pytest.approx(np.asarray(solver.result.x), abs=1e-5)
        assert float(controls.sum()) == pytest.approx(need, abs=1e-14)
        free = (controls > bounds[:, 0]) & (controls < bounds[:, 1])
        assert (a * controls + b)[free] == pytest.approx(np.full(free.sum(), price), abs=1e-12)
        at_bounds += not free.all()
    assert at_bounds > 20


def test_the_least_marginal_cost_where_several_serve():
    # All of node 0 and nothing of node 1: any price from 1 + 1 to 3 does.
    controls, price = cheapest_controls(
        np.ones(2), np.array([1.0, 3.0]), np.array([[0, 1.0], [0, 1.0]]), np.array([-1.0, 0])
    )
    assert (controls.tolist(), price) == ([1.0, 0.0], 2.0)


@pytest.mark.parametrize("dynamics", ["smith", "replicator"])
def test_population_dynamics_are_the_sums_over_pairs(dynamics: str):
    rng = np.random.default_rng(42)
    for _ in range(20):
        problem = random_grid(rng, dynamics)
        low, high = problem.bounds.T
        controls = rng.uniform(low, high)
        f = -np.array([v.cost_quadratic for v in problem.nodes]) * controls
        f -= np.array([v.cost_linear for v in problem.nodes])
        q = (controls - low) * (high - controls)
        expected = np.zeros(5)
        for i in range(5):
            for j in range(5):
                if dynamics == "smith":
                    expected[i] += (
                        (high[i] - controls[i]) * (controls[j] - low[j]) * max(f[i] - f[j], 0)
                    )
                    expected[i] -= (
                        (high[j] - controls[j]) * (controls[i] - low[i]) * max(f[j] - f[i], 0)
                    )
                else:
                    expected[i] += q[i] * q[j] * (f[i] - f[j]) / q.sum()
        found = Grid.of(problem).population(controls)
        assert found == pytest.approx(problem.population_gain * expected, abs=1e-14)
        assert _population(problem, controls) == pytest.approx(expected, abs=1e-14)
        assert float(found.sum()) == pytest.approx(0.0, abs=1e-14)  # the balance stays


def test_population_dynamics_without_upper_bounds_are_the_textbooks():
    """With y = 1: all pairs for Smith's, ``x_i (f_i − x·f/Σx)`` for the replicator's."""
    rng = np.random.default_rng(44)
    for n in (1, 2, 30):
        f = rng.normal(size=n).round(1)  # with ties
        x = rng.uniform(size=n) * (rng.uniform(size=n) < 0.8)
        better = np.maximum(f[:, None] - f, 0)
        assert smith(f, x, np.ones(n)) == pytest.approx(better @ x - x * better.sum(0), abs=1e-14)
        mean = x @ f / x.sum() if x.any() else 0.0
        assert replicator(f, x, np.ones(n)) == pytest.approx(x * (f - mean), abs=1e-14)
    assert replicator(f, np.zeros(n), np.ones(n)).tolist() == [0.0] * n


def test_two_equal_generators_are_one_oscillator():
    """No flow, equal costs: ``M ω' + D ω = δ + v``, ``v' = −κ ω``."""
    inertia, damping, integral, power = 2.0, 1.0, 3.0, -0.2
    both = [{"time": 1.0, "node": i, "power": power} for i in (0, 1)]
    problem = grid([node(), node()], disturbances=both, integral_gain=integral, horizon=12.0)
    solution = solve(problem)
    decay = damping / (2 * inertia)
    turn = np.sqrt(integral / inertia - decay**2)

    def hertz(t: np.ndarray) -> np.ndarray:
        omega = power / (inertia * turn) * np.exp(-decay * t) * np.sin(turn * t)
        return 50 + omega / (2 * np.pi)

    since = np.maximum(solution.times - 1.0, 0.0)
    assert solution.frequency == pytest.approx(hertz(since), abs=1e-10)
    lowest = hertz(np.array(np.arctan2(turn, decay) / turn))
    assert solution.nadir == pytest.approx(float(lowest), abs=1e-11)
    assert solution.static_controls == pytest.approx([0.2, 0.2])
    assert solution.final_deviation == pytest.approx(float(solution.frequency[-1]) - 50)


@pytest.mark.parametrize("dynamics", ["smith", "replicator"])
def test_ends_at_the_optimum_of_the_static_problem(dynamics: str):
    solution = solve(mixed(dynamics=dynamics, horizon=60.0, steps=60))
    assert solution.diagnostics.converged
    assert solution.settled
    assert solution.controls == pytest.approx(solution.static_controls, abs=1e-4)
    assert abs(solution.final_deviation) < 1e-6
    assert solution.nadir < 49.995
    marginal = np.array([1, 2, 0.7, 0.5]) * solution.controls + np.array([0.1, 0.2, 0, 0.15])
    assert marginal == pytest.approx(np.full(4, solution.static_price), abs=1e-4)
    early = solve(mixed(dynamics=dynamics, horizon=3.0, steps=3))
    assert not early.settled


@pytest.mark.parametrize("dynamics", ["smith", "replicator"])
def test_passive_nodes_are_the_limit_of_little_damping(dynamics: str):
    """The reduced equations against a stiff integrator with D = 1e-5 on the passive node."""
    problem = mixed(dynamics=dynamics, horizon=5.0, steps=10)
    kinds = np.array([v.kind for v in problem.nodes])
    damping = np.array([v.damping or 1e-5 for v in problem.nodes])
    inertia = np.array([2.0, 3.0])
    machines = np.flatnonzero(kinds == "generator")

    def velocity(power: np.ndarray, y: np.ndarray) -> np.ndarray:
        angles, speeds, u = y[:4], y[4:6], y[6:]
        surplus = power + u
        for i in range(4):
            for j in ((i + 1) % 4, (i - 1) % 4):
                surplus[i] -= 6.0 * np.sin(angles[i] - angles[j])
        turning = surplus / damping
        turning[machines] = speeds
        swing = (surplus[machines] - damping[machines] * speeds) / inertia
        steered = problem.population_gain * _population(problem, u) - turning
        return np.concatenate([turning, swing, steered])

    before, _ = cheapest_controls(
        np.array([1, 2, 0.7, 0.5]), np.array([0.1, 0.2, 0, 0.15]), problem.bounds, problem.power
    )
    y = np.concatenate([Grid.of(problem).rest(problem.power + before), np.zeros(2), before])
    path = solve_ivp(
        lambda _, y: velocity(problem.disturbed_power, y),
        (1.0, 5.0), y, method="Radau", rtol=1e-8, atol=1e-10, t_eval=np.linspace(1, 5, 9),
    )  # fmt: skip
    hertz = 50 + inertia @ path.y[4:6] / (2 * np.pi * inertia.sum())
    solution = solve(problem)
    assert solution.frequency[2:] == pytest.approx(hertz, abs=1e-6)
    assert solution.controls == pytest.approx(path.y[6:, -1], abs=1e-5)


def test_controls_stop_at_their_bounds_and_come_back():
    """Against small Euler steps that clip the controls."""
    nodes = [
        node(control_bounds=[-0.05, 0.12]),
        node("frequency_response", control_bounds=[-0.3, 0.5], cost_quadratic=0.6),
        node(control_bounds=[0.1, 0.1], cost_quadratic=0.3, power=-0.1),
    ]
    events = [
        {"time": 0.5, "node": 0, "power": -0.4},
        {"time": 6.0, "node": 2, "power": 0.35},
    ]
    problem = grid(
        nodes, disturbances=events, integral_gain=2.0, population_gain=6.0, horizon=12.0, steps=12
    )
    solution = solve(problem)
    assert solution.diagnostics.converged
    machine = Grid.of(problem)
    low, high = problem.bounds.T
    power = problem.power
    u, _ = cheapest_controls(machine.quadratic, machine.linear, problem.bounds, power)
    angles, speeds = machine.rest(power + u), np.zeros(2)
    h, frequency, stops = 2e-4, [], set()
    for k in range(60_001):
        if k % 5000 == 0:
            frequency.append(50 + machine.inertia @ speeds / (2 * np.pi * machine.inertia.sum()))
        for event in events:
            if k == round(event["time"] / h):
                power = power.copy()
                power[event["node"]] += event["power"]
        surplus = power + u - machine.flows(angles)
        turning = np.array([speeds[0], surplus[1], speeds[1]])
        swing = (surplus[[0, 2]] - speeds) / 2.0
        wanted = u + h * (6.0 * _population(problem, u) - 2.0 * turning)
        u = np.clip(wanted, low, high)
        stops |= {(i, wanted[i] > high[i]) for i in (0, 1) if wanted[i] != u[i]}
        angles, speeds = angles + h * turning, speeds + h * swing
    assert solution.frequency == pytest.approx(np.array(frequency), abs=2e-5)
    assert solution.controls == pytest.approx(u, abs=2e-4)
    assert len(stops) >= 2
    assert (solution.controls >= low).all()
    assert (solution.controls <= high).all()


def test_random_grids_meet_their_equations():
    rng = np.random.default_rng(43)
    for dynamics in ("smith", "replicator") * 3:
        solution = solve(random_grid(rng, dynamics))
        assert solution.diagnostics.converged
        assert solution.diagnostics.residual < 1e-6
        assert solution.diagnostics.exploitability < 1e-12


def test_a_large_grid_uses_sparse_matrices_to_the_same_end():
    problem = mixed(dynamics="replicator", horizon=2.0, steps=4)
    small = Grid.of(problem)
    from oracle.games.frequency import grid

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grid, "_DENSE", 1)
        sparse = Grid.of(problem)
        assert not isinstance(sparse.incidence, np.ndarray)
        other = solve(problem)
    one = solve(problem)
    assert other.frequency == pytest.approx(one.frequency, abs=1e-9)
    angles = np.array([0.1, 0.3, -0.2, 0.0])
    assert sparse.flows(angles) == pytest.approx(small.flows(angles), abs=1e-14)


def test_what_cannot_be_carried_is_said():
    # 0.9 over one line of 0.5: there is no state of rest.
    weak = [{"from": 0, "to": 1, "susceptance": 0.5}]
    fixed = [0.0, 0.0]
    nodes = [node(power=0.9, control_bounds=fixed), node(power=-0.9, control_bounds=fixed)]
    both = [{"time": 1.0, "node": i, "power": p} for i, p in ((0, 0.01), (1, -0.01))]
    solution = solve(grid(nodes, lines=weak, disturbances=both))
    assert not solution.diagnostics.converged
    assert "at 0 s no angles carry the power" in solution.diagnostics.message
    assert solution.document()["frequency"][0] is None
    # A passive node that asks for more than its line can bring falls out of step at once.
    nodes = [node(power=0.0), node("passive", power=0.0, control_bounds=fixed)]
    event = [{"time": 1.0, "node": 1, "power": -0.6}]
    lost = solve(grid(nodes, lines=weak, disturbances=event))
    assert "at 1 s no angles carry" in lost.diagnostics.message


def test_the_certificate_sees_wrong_answers():
    problem = mixed(horizon=5.0, steps=5)
    machine = Grid.of(problem)
    start, _ = cheapest_controls(machine.quadratic, machine.linear, problem.bounds, problem.power)
    right = solve(problem).static_controls
    path = run(problem, machine, start, 2e-11)
    assert certify(problem, right, path)[0] < 1e-6
    moved = right + np.array([0.01, -0.01, 0, 0])
    residual, gain = certify(problem, moved, path)
    assert residual > 1e-3
    assert gain > 1e-6
    assert certify(problem, right + 0.01, path)[0] > 1e-3
    for wrong in (replace(machine, gain=2.1), replace(machine, integral=1.1)):
        assert certify(problem, right, run(problem, wrong, start, 2e-11))[0] > 1e-4


def test_what_is_refused():
    two = [node(), node()]
    for nodes, changes, message in [
        ([node("passive"), node("passive")], {}, r"^nodes: value no generator; allowed: at least"),
        ([node(damping=None), node()], {}, r"^nodes\[0\]\.damping: value missing; allowed: a num"),
        (
            [node("passive", damping=1.0), node()],
            {},
            r"^nodes\[0\]\.damping: value 1.0; allowed: n",
        ),
        ([node("frequency_response", damping=0.0), node()], {}, r"^nodes\[0\]\.damping: value 0.0"),
        ([node(control_bounds=[1.0, -1.0]), node()], {}, r"^nodes\[0\]\.control_bounds: "),
        ([node(power=3.0), node()], {}, r"^nodes: value a need of -3 in all; allowed: within"),
        (two, {"lines": [{"from": 0, "to": 2, "susceptance": 1.0}]}, r"^lines\[0\]\.to: value 2"),
        (two, {"lines": [{"from": 0, "to": 0, "susceptance": 1.0}]}, r"^lines\[0\]\.to: value 0"),
        (two, {"lines": [{"to": 0, "susceptance": 1.0}]}, r"^lines\[0\]\.from: missing; required"),
        ([node()] * 3, {"lines": [{"from": 0, "to": 1, "susceptance": 1.0}]}, r"^lines: .*node 2"),
        (two, {"disturbances": [{"time": 1.0, "node": 2, "power": 1.0}]}, r"\[0\]\.node: value 2"),
        (two, {"disturbances": [{"time": 30.0, "node": 1, "power": 1.0}]}, r"\.time: value 30.0"),
        (
            two,
            {"disturbances": [{"time": 1.0, "node": 1, "power": 3.0}]},
            r"^disturbances: value a",
        ),
        (two, {"disturbances": []}, r"^disturbances: value \[\]; allowed: a list of tables"),
    ]:
        with pytest.raises(InvalidProblem, match=message):
            grid(nodes, **changes)
