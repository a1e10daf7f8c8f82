"""QuantEcon's LQ: the stationary gains of a regulator of one price, in steps of dt."""

from measure import answer


def solve(question):
    import numpy as np
    from quantecon import LQ

    speed, rho, dt = (question[name] for name in ("speed", "rho", "dt"))
    stay, push = np.exp(-speed * dt), np.expm1(-speed * dt)

    def run():
        gains = []
        for weight in question["weights"]:
            _, gain, _ = LQ(rho * dt, weight * dt, stay, push, beta=1.0).stationary_values()
            gains.append(-float(gain[0, 0]))
        return gains

    return run


answer(solve)
