"""sdepy: paths of one controlled state with Brownian noise and jumps, Euler's scheme."""

from measure import answer


def solve(question):
    import numpy as np
    import sdepy

    pull, to, sigma = question["pull"], question["to"], question["sigma"]
    rate, size = question["rate"], question["size"]

    @sdepy.integrate
    def process(t, x, k=pull, m=to, s=sigma):
        return {"dt": -k * (x - m) - rate * size, "dw": s, "dn": size}

    line = np.linspace(0.0, question["horizon"], 2)

    def run():
        np.random.seed(1)  # noqa: NPY002 (the one it draws from)
        found = process(
            x0=question["start"],
            paths=question["paths"],
            steps=question["steps"],
            lam=rate,
        )(line)
        last = np.asarray(found[-1]).ravel()
        return [float(last.mean()), float(last.var(ddof=1))]

    return run


answer(solve)
