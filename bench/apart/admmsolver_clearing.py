"""admmsolver: the clearing as least squares under equalities, slacks kept from falling below 0."""

from measure import answer


def solve(question):
    import numpy as np
    from admmsolver.matrix import identity
    from admmsolver.objectivefunc import ConstrainedLeastSquares, NonNegativePenalty
    from admmsolver.optimizer import EqualityCondition, Model, SimpleOptimizer

    c, p = question["consumers"], question["prosumers"]
    c, p = ({k: np.array(v) for k, v in table.items()} for table in (c, p))
    m, n = len(c["target"]), len(p["target"])
    y, x, s, slack_y, slack = (
        slice(a, b)
        for a, b in ((0, m), (m, m + n), (m + n, m + 2 * n), (m + 2 * n, 2 * m + 2 * n),
                     (2 * m + 2 * n, 2 * m + 3 * n))
    )  # fmt: skip
    size = 2 * m + 3 * n
    one, per = np.eye(m), np.eye(n)
    squares = np.zeros((m + 2 * n, size))
    squares[:m, y] = np.sqrt(c["curvature"])[:, None] * one
    squares[m : m + n, x] = np.sqrt(p["curvature"])[:, None] * per
    half = np.sqrt(p["cost_quadratic"] / 2)
    squares[m + n :, x] = squares[m + n :, s] = half[:, None] * per
    aims = np.concatenate(
        [
            np.sqrt(c["curvature"]) * c["target"],
            np.sqrt(p["curvature"]) * p["target"],
            -half * p["cost_linear"] / p["cost_quadratic"],
        ]
    )
    equal = np.zeros((1 + m + n, size))
    equal[0, y], equal[0, s] = 1.0, -1.0
    equal[1 : m + 1, y] = equal[1 : m + 1, slack_y] = one
    equal[m + 1 :, x] = equal[m + 1 :, s] = equal[m + 1 :, slack] = per
    right = np.concatenate([[0.0], c["capacity"], p["capacity"]])

    def run():
        least = ConstrainedLeastSquares(1.0, squares, aims, equal, right)
        both = EqualityCondition(0, 1, identity(size), identity(size))
        solver = SimpleOptimizer(Model([least, NonNegativePenalty(size)], [both]))
        solver.solve(niter=question["iterations"], rtol=question["tolerance"])
        return np.real(solver.x[1][: m + 2 * n]).tolist()

    return run


answer(solve)
