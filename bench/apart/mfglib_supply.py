"""mfglib: token supply as a mean-field game on a grid of log-prices and supplies.

A step has the exact mean and variance of a price under a supply that is held, its normal law cut
into cells. Best replies to the mean field again and again, from uniform supplies.
"""

from measure import answer


def solve(question):
    import numpy as np
    import torch
    from mfglib.alg import FictitiousPlay
    from mfglib.env import Environment
    from mfglib.scoring import exploitability_score
    from mfglib.utils import mean_field_from_policy
    from scipy.stats import norm

    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    steps, states, actions = question["steps"], question["states"], question["actions"]
    dt = question["horizon"] / steps
    prices = question["start"] + np.linspace(-question["width"], question["width"], states)
    supplies = np.linspace(-question["most"], question["most"], actions)
    target = np.array(question["target"])
    speed, spread = question["speed"], question["volatility"]
    stay, width = np.exp(-speed * dt), prices[1] - prices[0]
    mean = stay * prices[:, None] + (1 - stay) * (question["push"] - supplies)
    # Cells add a twelfth of their width's square to the variance.
    error = np.sqrt(spread**2 * (1 - stay**2) / (2 * speed) - width**2 / 12)
    cuts = (prices[1:] + prices[:-1]) / 2
    below = norm.cdf((cuts[:, None, None] - mean) / error)
    moves = torch.tensor(np.diff(below, axis=0, prepend=0.0, append=1.0))
    q, q_bar, rho = question["q"], question["q_bar"], question["rho"]
    off = q * (prices - target[:, None])[:, :, None] ** 2 + np.zeros(actions)
    costs = torch.tensor(np.append((off[:-1] + rho * supplies**2) * dt, off[-1:], axis=0))
    line = torch.tensor(prices)

    def reward(env, t, field):
        off = field.sum(dim=-1) @ line - target[t]
        return -costs[t] - q_bar * off**2 * (dt if t < steps else 1.0)

    first = torch.zeros(states)
    first[states // 2] = 1.0
    game = Environment(
        T=steps, S=(states,), A=(actions,), mu0=first, r_max=100.0,
        reward_fn=reward, transition_fn=lambda env, t, field: moves,
    )  # fmt: skip

    def gains():
        """The analytic gains, each supply shared by its two neighbours on the grid."""
        slope, constant = np.array(question["slope"]), np.array(question["constant"])
        wanted = (slope[:, None] * prices + constant[:, None] + question["most"]) / (
            supplies[1] - supplies[0]
        )
        wanted = np.clip(wanted, 0, actions - 1 - 1e-9)
        left, part = wanted.astype(int), wanted % 1
        policy = np.zeros((steps + 1, states, actions))
        rows, columns = np.indices(wanted.shape)
        policy[rows, columns, left] = 1 - part
        policy[rows, columns, left + 1] = part
        return torch.tensor(policy)

    judged = exploitability_score(game, gains())

    def run():
        found, scores, _ = FictitiousPlay(alpha=1.0).solve(
            game, max_iter=question["iterations"], atol=None, rtol=None
        )
        field = mean_field_from_policy(found[-1], env=game).numpy()
        off = (field.sum(axis=2) * (prices - target[:, None]) ** 2).sum(axis=1)
        error = (off[1:] + off[:-1]).sum() / 2 * dt / question["horizon"]
        energy = (field.sum(axis=1)[:-1] @ supplies**2).sum() * dt
        return [float(error), float(energy), scores[-1], judged]

    return run


answer(solve)
