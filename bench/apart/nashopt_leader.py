"""nashopt's ParametricGNEP: a leader's price over followers' KKT conditions (JAX)."""

from measure import answer


def solve(question):
    import jax

    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp
    import numpy as np
    from nashopt import ParametricGNEP

    offset, least, most = (np.array(question[name]) for name in ("offset", "least", "most"))
    revenue, payment, unit_cost = (question[name] for name in ("revenue", "payment", "unit_cost"))
    low, high = question["bounds"]
    count = len(offset)

    def cost_of(i):
        return lambda x, p: payment * p[0] * x[i] - revenue * jnp.log(offset[i] + x[i])

    def run():
        game = ParametricGNEP(
            [1] * count,
            f=[cost_of(i) for i in range(count)],
            lb=least,
            ub=most,
            npar=1,
        )
        found = game.solve(
            J=lambda x, p: -((p[0] - unit_cost) * jnp.sum(x)),
            pmin=np.array([low]), pmax=np.array([high]), p0=np.array([(low + high) / 2]),
            x0=(least + most) / 2,
            tol=question["tolerance"], maxiter=2000, verbose=False,
        )  # fmt: skip
        return [float(found.p[0]), np.asarray(found.x).tolist()]

    return run


answer(solve)
