"""ANDES: classical generators on a lossless ring after a step of mechanical power.

Loading, power flow and initialisation are apart; what is measured is the simulation in time.
"""

from measure import answer


def solve(question):
    import andes
    import numpy as np

    andes.config_logger(stream_level=50)
    inertia, damping = np.array(question["inertia"]), np.array(question["damping"])
    count, level = len(inertia), {"Vn": 110.0}

    def ready():
        system = andes.System(no_output=True)
        for i in range(count):
            system.add("Bus", {"idx": i, "name": f"bus {i}", **level})
        for i, power in enumerate(question["power"]):
            what, more = ("Slack", {"a0": 0.0}) if i == 0 else ("PV", {})
            system.add(what, {"idx": i, "bus": i, "v0": 1.0, "p0": power, **level, **more})
        ends = [(i, (i + 1) % count) for i in range(count if count > 2 else 1)]
        for k, (i, j) in enumerate(ends):
            line = {"idx": k, "bus1": i, "bus2": j, "Vn1": 110.0, "Vn2": 110.0, "r": 0.0, "b": 0.0}
            system.add("Line", {**line, "x": question["line"]})
        for i in range(count):
            machine = {"idx": i, "bus": i, "gen": i, "fn": question["hertz"], **level}
            own = {"M": float(inertia[i]), "D": float(damping[i]), "xd1": question["reactance"]}
            system.add("GENCLS", {**machine, **own})
        step = {"model": "GENCLS", "dev": 0, "src": "tm0", "attr": "v", "method": "+"}
        system.add("Alter", {**step, "t": question["begin"], "amount": question["push"]})
        system.setup()
        system.PFlow.config.tol = 1e-12
        system.PFlow.run()
        options = system.TDS.config
        options.tf, options.no_tqdm, options.fixt = question["horizon"], 1, 1
        options.tstep, options.tol = question["step"], question["tolerance"]
        system.TDS.init()
        return system

    systems = [ready() for _ in range(question["repeats"] + 1)]

    def run():
        system = systems.pop()
        if not system.TDS.run():
            raise RuntimeError("ANDES: the simulation did not end")
        speed = system.dae.ts.x[:, system.GENCLS.omega.a]
        times = np.asarray(system.dae.ts.t)
        mean = question["hertz"] * (speed @ inertia) / inertia.sum()
        return times.tolist(), mean.tolist()

    return run


answer(solve)
