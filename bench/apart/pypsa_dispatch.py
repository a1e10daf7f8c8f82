"""PyPSA with HiGHS: stations with stocks meet a demand; what is short costs its square."""

from measure import answer


def solve(question):
    import logging
    import warnings

    import numpy as np
    import pandas as pd
    import pypsa

    logging.disable(logging.WARNING)
    warnings.filterwarnings("ignore")
    demand = np.array(question["demand"])
    times = pd.RangeIndex(len(demand))

    def run():
        network = pypsa.Network()
        network.set_snapshots(times)
        network.add("Bus", "bus")
        network.add("Load", "load", bus="bus", p_set=pd.Series(demand, times))
        for k, cost in enumerate(question["cost"]):
            inflow = question["inflow"][k]
            network.add(
                "StorageUnit",
                f"station {k}",
                bus="bus",
                p_nom=question["capacity"][k],
                p_min_pu=0.0,
                max_hours=question["limit"][k] / question["capacity"][k],
                state_of_charge_initial=question["initial"][k],
                inflow=pd.Series(inflow, times),
                marginal_cost=cost,
            )
        network.add(
            "Generator",
            "shortage",
            bus="bus",
            p_nom=float(demand.max()),
            marginal_cost=0.0,
            marginal_cost_quadratic=question["shortage"] / 2,
        )
        status = network.optimize(
            solver_name="highs",
            solver_options={
                "threads": 1,
                "output_flag": False,
                "primal_feasibility_tolerance": question["tolerance"],
                "dual_feasibility_tolerance": question["tolerance"],
            },
        )
        if status[0] != "ok":
            raise RuntimeError(f"PyPSA: {status}")
        short = network.generators_t.p["shortage"].to_numpy()
        return float(network.objective), short.tolist()

    return run


answer(solve)
