"""PyDiffGame: the coupled Riccati equations of n players on one state, over a finite horizon."""

from measure import answer


def solve(question):
    import numpy as np
    from PyDiffGame.continuous import ContinuousPyDiffGame
    from PyDiffGame.objective import Objective

    q, r, b = (np.array(question[name]) for name in ("q", "r", "b"))
    end = question["q_end"]

    def run():
        game = ContinuousPyDiffGame(
            [[question["a"]]],
            [Objective([[x]], [[y]]) for x, y in zip(q, r, strict=True)],
            Bs=[[[x]] for x in b],
            T_f=question["horizon"],
            P_f=[np.array([[x]]) for x in end],
            L=question["samples"],
        )
        game.solve()
        paths = np.asarray(game.P, dtype=float)  # samples, players, 1, 1: the first is time 0
        return paths[0].ravel().tolist(), paths[-1].ravel().tolist()

    return run


answer(solve)
