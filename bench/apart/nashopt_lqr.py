"""nashopt's NashLQR: the stationary feedback of two players in steps of dt, through JAX."""

from measure import answer


def solve(question):
    import jax

    jax.config.update("jax_enable_x64", True)
    import numpy as np
    from nashopt import NashLQR

    dt, a = question["dt"], question["a"]
    push = np.expm1(a * dt) / a
    b, q, r = (np.array(question[name]) for name in ("b", "q", "r"))

    def run():
        game = NashLQR(
            [1] * len(b),
            np.array([[np.exp(a * dt)]]),
            push * b[None, :],
            [np.array([[x * dt]]) for x in q],
            [np.array([[x * dt]]) for x in r],
            dare_iters=question["iterations"],
        )
        found = game.solve(
            method="riccati", riccati_iters=1000, stop_tol=question["tolerance"], verbose=False
        )
        return np.asarray(found.K_Nash).ravel().tolist()

    return run


answer(solve)
