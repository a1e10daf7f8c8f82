"""superADMM: the clearing as a sparse quadratic program, the one that other solvers get."""

from measure import answer


def solve(question):
    import numpy as np
    from scipy import sparse
    from superADMM import getOptimOpts, superADMM

    def matrix(name):
        found = question[name]
        return sparse.csc_matrix(
            (found["data"], found["indices"], found["indptr"]), shape=found["shape"]
        )

    hessian, balance, room = (matrix(name) for name in ("hessian", "balance", "room"))
    linear, capacity, upper = (np.array(question[name]) for name in ("linear", "capacity", "upper"))
    count = len(linear)
    rows = sparse.vstack([balance, room, sparse.identity(count)], format="csc")
    low = np.concatenate([[0.0], np.full(len(capacity), -np.inf), np.zeros(count)])
    high = np.concatenate([[0.0], capacity, upper])
    options = getOptimOpts() | {
        "verbose": 0, "eps_abs": question["tolerance"], "eps_rel": question["tolerance"],
        "maxIter": 20_000, "timeLimit": question["patience"],
    }  # fmt: skip

    def run():
        x, y, flag, info = superADMM(hessian, linear, rows, low, high, options=options)
        if flag not in (1, 2):
            raise RuntimeError(f"superADMM: {info['status']}")
        return [abs(float(np.ravel(y)[0])), np.ravel(x).tolist(), flag]

    return run


answer(solve)
