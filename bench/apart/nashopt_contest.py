"""nashopt: the contest as a generalised Nash problem, solved through its KKT conditions (JAX)."""

from measure import answer


def solve(question):
    import jax

    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp
    import numpy as np
    from nashopt import GNEP

    costs = np.array(question["costs"])
    prize, count = question["prize"], len(costs)

    def cost_of(i):
        return lambda x: costs[i] * x[i] - prize * x[i] / jnp.sum(x)

    def run():
        game = GNEP(
            [1] * count,
            f=[cost_of(i) for i in range(count)],
            lb=np.zeros(count),
            ub=np.full(count, prize / costs.min()),
        )
        found = game.solve(np.full(count, prize / costs.mean() / count))
        return np.asarray(found.x).tolist()

    return run


answer(solve)
