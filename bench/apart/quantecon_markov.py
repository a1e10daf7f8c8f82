"""QuantEcon's LQMarkov: one player, regimes that switch, the stationary value in steps of dt."""

from measure import answer


def solve(question):
    import numpy as np
    from quantecon import LQMarkov
    from scipy.linalg import expm

    dt, discount = question["dt"], question["discount"]
    switch = expm(np.array(question["generator"]) * dt)
    a, b, q, r = (np.array(question[name]) for name in ("a", "b", "q", "r"))

    def run():
        game = LQMarkov(
            switch,
            np.array([[[x * dt]] for x in r]),
            np.array([[[x * dt]] for x in q]),
            np.array([[[1 + x * dt]] for x in a]),
            np.array([[[x * dt]] for x in b]),
            beta=np.exp(-discount * dt),
        )
        values, _, _ = game.stationary_values(max_iter=1_000_000)
        return [float(value[0, 0]) for value in values]

    return run


answer(solve)
