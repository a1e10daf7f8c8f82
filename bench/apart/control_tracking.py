"""python-control: the best supply over a finite horizon as an optimal control problem.

Time is a state of its own, because costs may depend on states alone.
"""

from measure import answer


def solve(question):
    import control
    import numpy as np
    from control import optimal

    speed, push, rho, weight = (question[name] for name in ("speed", "push", "rho", "weight"))
    times = np.array(question["times"])
    waves = np.array(question["target"])  # of 1, cos and sin of 2πt, cos and sin of 4πt

    def target(t):
        turn = 2 * np.pi * t
        both = np.cos(turn), np.sin(turn), np.cos(2 * turn), np.sin(2 * turn)
        return np.log(waves[0] + waves[1:] @ np.array(both))

    system = control.nlsys(
        lambda t, x, u, params: np.array([speed * (push - x[0] - u[0]), 1.0]),
        None, inputs=1, states=2, outputs=2,
    )  # fmt: skip

    def run():
        found = optimal.solve_optimal_trajectory(
            system, times, [question["start"], 0.0],
            lambda x, u: weight * (x[0] - target(x[1])) ** 2 + rho * u[0] ** 2,
            terminal_cost=lambda x, u: weight * (x[0] - target(x[1])) ** 2,
            trajectory_method="collocation", print_summary=False,
            minimize_method="SLSQP",
            minimize_options={"ftol": question["tolerance"], "maxiter": 500},
        )  # fmt: skip
        if not found.success:
            raise RuntimeError(found.message)
        return found.states[0].tolist()

    return run


answer(solve)
