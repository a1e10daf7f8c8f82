"""python-control: the stationary gains of a regulator of one price, for several weights."""

from measure import answer


def solve(question):
    import control

    speed, rho = question["speed"], question["rho"]

    def run():
        gains = []
        for weight in question["weights"]:
            gain, _, _ = control.lqr([[-speed]], [[-speed]], [[weight]], [[rho]])
            gains.append(-float(gain[0, 0]))
        return gains

    return run


answer(solve)
