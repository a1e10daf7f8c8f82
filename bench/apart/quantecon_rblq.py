"""QuantEcon's RBLQ: robust, that is risk-sensitive, control of one stock, in steps of dt.

Its operators step backward from the terminal cost, as often as the horizon has steps.
"""

from measure import answer


def solve(question):
    import numpy as np
    from quantecon import RBLQ

    dt, weight, drift = (question[name] for name in ("dt", "weight", "drift"))
    steps = round(question["horizon"] / dt)
    last = np.zeros((2, 2))
    last[0, 0] = question["terminal"] / 2

    def run():
        # States: distance from the target stock, and 1; costs: supply beyond demand, squared.
        game = RBLQ(
            Q=[[weight * dt / 2]],
            R=np.zeros((2, 2)),
            A=[[1.0, drift * dt], [0.0, 1.0]],
            B=[[-dt], [0.0]],
            C=[[question["volatility"] * np.sqrt(dt)], [0.0]],
            beta=1.0,
            theta=1 / (2 * question["sensitivity"]),
        )
        gain, _, value = game.robust_rule_simple(P_init=last, max_iter=steps, tol=-1.0)
        return [2 * float(value[0, 0]), -float(gain[0, 0]), -float(gain[0, 1])]

    return run


answer(solve)
