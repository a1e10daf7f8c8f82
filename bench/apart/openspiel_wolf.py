"""OpenSpiel's WoLF-PHC, two learners in a repeated one-shot game, its own defaults."""

from measure import answer


def solve(question):
    import numpy as np
    import pyspiel
    from open_spiel.python import rl_environment
    from open_spiel.python.algorithms import wolf_phc

    first, second = (np.array(question[name]) for name in ("first", "second"))

    def run():
        np.random.seed(1)  # noqa: NPY002 (the one it draws from)
        game = pyspiel.create_matrix_game(first, second)
        environment = rl_environment.Environment(game)
        players = [
            wolf_phc.WoLFPHC(i, n, step_size=wolf_phc.WoLFSchedule(10_000, 1_000_000))
            for i, n in enumerate(first.shape)
        ]
        for _ in range(question["steps"]):
            now = environment.reset()
            actions = [player.step(now).action for player in players]
            now = environment.step(actions)
            for player in players:
                player.step(now)
        state = environment.reset().observations["info_state"]
        return [
            [float(player._cur_policy[str(state[i])][a]) for a in range(first.shape[i])]
            for i, player in enumerate(players)
        ]

    return run


answer(solve)
