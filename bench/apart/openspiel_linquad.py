"""OpenSpiel's linear-quadratic mean-field game by mirror descent: the gain at time 0."""

from measure import answer


def solve(question):
    import numpy as np
    from open_spiel.python.mfg.algorithms import mirror_descent, nash_conv
    from open_spiel.python.mfg.games import linear_quadratic

    game = linear_quadratic.MFGLinearQuadraticGame(
        {
            "size": question["size"],
            "horizon": question["horizon"],
            "dt": 1.0,
            "mean_revert": question["revert"],
            "volatility": 1.0,
            "cross_q": question["cross"],
            "kappa": question["kappa"],
            "terminal_cost": question["last"],
        }
    )

    def run():
        learner = mirror_descent.MirrorDescent(game)
        for _ in range(question["iterations"]):
            learner.iteration()
        policy = learner.get_policy()
        away, moves = [], []
        for x in range(question["size"]):
            state = game.new_initial_state()
            state.apply_action(x)
            chances = policy.action_probabilities(state)
            away.append(state.distribution_average() - x)
            moves.append(sum(p * state.action_to_move(a) for a, p in chances.items()))
        away = np.array(away)
        gain = float(away @ moves / (away @ away))
        return [gain, float(nash_conv.NashConv(game, policy).nash_conv())]

    return run


answer(solve)
