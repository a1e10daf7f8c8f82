"""popgames: the mean dynamics of a population game with linear payoffs, from a start to an end."""

from measure import answer


def solve(question):
    import numpy as np
    from popgames import PayoffMechanism, PoissonRevisionProcess, Simulator, SinglePopulationGame
    from popgames.revision_protocol import CCSmith, Replicator

    slope, cut, start, most = (
        np.array(question[name])[:, None] for name in ("slope", "cut", "start", "most")
    )
    count = len(start)

    def payoff(x):
        return -(slope * x + cut)

    rule = CCSmith(1.0, most) if question["dynamics"] == "smith" else Replicator(1.0)
    simulator = Simulator(
        SinglePopulationGame(num_strategies=count, fitness_function=payoff),
        PayoffMechanism(h_map=payoff, n=count),
        PoissonRevisionProcess(1.0, rule),
        num_agents=10,
    )

    def run():
        found = simulator.integrate_edm_pdm(
            (0.0, question["horizon"]), start, method=question["method"], output_trajectory=False
        )
        return found.x.ravel().tolist()

    return run


answer(solve)
