"""QuantEcon's nnash: the stationary feedback of two players in steps of dt."""

from measure import answer


def solve(question):
    import numpy as np
    from quantecon import nnash

    dt, a = question["dt"], question["a"]
    b, q, r = (np.array(question[name]) for name in ("b", "q", "r"))
    grow = np.exp(a * dt)
    push = np.expm1(a * dt) / a
    none = np.zeros((1, 1))

    def run():
        found = nnash(
            np.array([[grow]]),
            *(np.array([[push * x]]) for x in b),
            *(np.array([[x * dt]]) for x in q),
            *(np.array([[x * dt]]) for x in r),
            *([none] * 6),
            beta=1.0,
            tol=question["tolerance"],
            max_iter=1_000_000,
        )
        return [float(found[0][0, 0]), float(found[1][0, 0])]

    return run


answer(solve)
