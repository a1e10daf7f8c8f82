"""goal-based-allocation: mean-variance investment in two regimes without jumps of prices."""

from measure import answer


def solve(question):
    import numpy as np
    from goal_based_allocation.regime_switch_paper import AssetSpecification, RegimeSwitchParams
    from goal_based_allocation.riccati_solver import solve_riccati

    rate = question["rate"]
    first, second = question["volatility"]
    there, back = question["switch"]
    asset = AssetSpecification(
        "one", RegimeSwitchParams(first, second, there, back), *question["drift"]
    )

    def run():
        found = solve_riccati(asset, question["horizon"], 2.0, r=rate, c=rate)
        shares = found.derived_at_tau(found.T)["w_a"]
        return [[-float(x) for x in shares], np.asarray(found.a[:, -1]).tolist()]

    return run


answer(solve)
