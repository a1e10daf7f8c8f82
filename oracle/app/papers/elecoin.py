"""The elecoin paper: equilibrium behind its figures of convergence, of N, of Q and of mining."""

from __future__ import annotations

import numpy as np

from oracle.app.papers.section import ELECOIN, Picture, Section, Table, num
from oracle.games import FloatArray
from oracle.games.stackelberg import Mining, StackelbergProblem, leader_profit, solve
from oracle.plots.papers import Band, Line, Panel

__all__ = [
    "community",
    "equilibrium",
    "mining_probability",
    "two_peaks",
    "utilities_against_members",
    "utilities_against_price",
]

WILLINGNESS = (2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0)
OURS = "θ = 20, w from 2 to 9, e_c = 10, prices from 14 to 400, demands up to 40"
_DRAWS = 40
_SEED = 2021
_BREAK = 0.45


def community(
    willingness: FloatArray | tuple[float, ...] = WILLINGNESS,
    *,
    electricity_price: float = 0.6,
    highest: float = 400.0,
    pricing: str = "uniform",
) -> StackelbergProblem:
    """The paper's constants; θ, w and bounds, which it does not give, are ours."""
    return StackelbergProblem.from_document(
        {
            "willingness": list(willingness),
            "revenue_factor": 20.0,
            "payment_factor": 0.3,
            "conversion_factor": 8.0,
            "electricity_price": electricity_price,
            "server_consumption": 10.0,
            "price_bounds": [14.0, highest],
            "demand_bounds": [0.0, 40.0],
            "pricing": pricing,
            "mining": {
                "fixed_reward": 200.0,
                "reward_factor": 3.0,
                "block_size": 200.0,
                "hash_share": 1.0,
                "propagation_factor": 0.01,
                "puzzle_difficulty": 1.0,
            },
        }
    )


def equilibrium() -> Section:
    """Where the learners of figure 3 should end: one server and four prosumers."""
    four = WILLINGNESS[::2]
    uniform, own = solve(community(four)), solve(community(four, pricing="discriminated"))
    prices = np.linspace(14.0, 250.0, 300)
    problem = community(four)
    fixed = uniform.leader_utility - leader_profit(problem, float(uniform.price))
    utility = np.array([leader_profit(problem, price) for price in prices.tolist()]) + fixed
    rows = tuple(
        (
            f"prosumer {i + 1}, w = {w:g}",
            num(float(uniform.price), 4),
            num(float(uniform.demands[i]), 4),
            num(float(np.asarray(own.price)[i]), 4),
            num(float(own.demands[i]), 4),
        )
        for i, w in enumerate(four)
    )
    apart = float(np.ptp(uniform.demands) / uniform.demands.mean())
    return Section(
        "Stackelberg equilibrium with four prosumers",
        f"{ELECOIN}, figure 3 and theorems 1 and 2",
        (
            "What the learners of figure 3 look for is known exactly: the equilibrium of one "
            f"server and four prosumers. θ, w and the bounds are not given; ours are "
            f"{OURS} (here w = 2, 4, 6, 8); "
            "all else is the paper's: k = 8, Q = 0.6, η = 0.3.",
            Table(
                "Equilibrium prices and demands, uniform and discriminated",
                ("prosumer", "uniform price", "demand", "own price", "demand"),
                rows,
            ),
            Picture(
                "equilibrium",
                "The server's utility over the price rises steeply from 14, has one maximum at "
                f"{num(float(uniform.price), 4)} and falls slowly beyond it.",
                "The server's utility over its price, followers answering at their best.",
                (
                    Panel(
                        "Server's utility",
                        "price",
                        (Line("", prices, utility, 0),),
                        marks=(("equilibrium", float(uniform.price)),),
                    ),
                ),
                1,
            ),
            "**Difference.** As published, demands fall where the price is higher, and they differ "
            f"through w alone, as −Q/w. How similar they are depends on θ and w: here they spread "
            f"over {100 * apart:.0f} % of their mean. `p* = sqrt(kθN/(ηQ² Σ 1/w))` holds.",
        ),
    )


def two_peaks() -> Section:
    """Theorem 2 where demands are bounded: a second maximum."""
    problem = StackelbergProblem.from_document(
        {
            "willingness": [0.05] * 10 + [50.0] * 10,
            "revenue_factor": 20.0,
            "payment_factor": 0.3,
            "conversion_factor": 0.6,
            "electricity_price": 0.6,
            "server_consumption": 0.0,
            "price_bounds": [0.5, 60.0],
            "demand_min": [0.0] * 20,
            "demand_max": [5.0] * 10 + [0.2] * 10,
        }
    )
    solution = solve(problem)
    best = float(solution.price)
    prices = np.sort(np.append(np.linspace(0.5, 60.0, 500), best))
    profit = np.array([leader_profit(problem, price) for price in prices.tolist()])
    return Section(
        "One optimal price, or two",
        f"{ELECOIN}, theorem 2",
        (
            "The theorem says that the server has one optimal price, by `d²U/dp² < 0`. It puts "
            "unbounded demands into U, while the model bounds them. With bounds U is concave only "
            "between the prices at which somebody enters or leaves a bound. Twenty prosumers of "
            "two kinds (ours) are enough for two maxima; a search that starts on the wrong side "
            f"ends at the price 60 with {profit[-1]:.2f} instead of {best:.2f} with "
            f"{profit.max():.2f}.",
            Picture(
                "two-peaks",
                f"The server's profit over the price: a peak of {profit.max():.1f} at {best:.2f}, "
                f"a valley, then a slow rise to {profit[-1]:.1f} at the bound 60.",
                "The server's profit where demands are bounded.",
                (
                    Panel(
                        "Server's profit",
                        "price",
                        (Line("", prices, profit, 0),),
                        marks=(("global maximum", best),),
                    ),
                ),
                1,
            ),
        ),
    )


def utilities_against_members() -> Section:
    """Figure 4(a, b): utilities over the number of prosumers."""
    rng = np.random.default_rng(_SEED)
    counts = np.arange(2.0, 17.0, 2.0)
    leader, each, price = (np.empty((len(counts), _DRAWS)) for _ in range(3))
    for at, count in enumerate(counts.astype(int).tolist()):
        for draw in range(_DRAWS):
            solution = solve(community(rng.uniform(2.0, 9.0, count)))
            leader[at, draw] = solution.leader_utility
            each[at, draw] = solution.follower_utilities.mean()
            price[at, draw] = float(solution.price)
    rows = tuple(
        (
            f"N = {count}",
            num(price[at].mean(), 4),
            num(leader[at].mean(), 4),
            num(each[at].mean(), 4),
        )
        for at, count in enumerate(counts.astype(int).tolist())
    )
    return Section(
        "Utilities against the number of prosumers",
        f"{ELECOIN}, figure 4(a) and 4(b)",
        (
            "Both figures run over N; the values of N, θ, w and the bounds are not given. Ours: "
            f"{OURS}, w drawn evenly, {_DRAWS} communities for each N.",
            Table(
                "Means at the exact equilibrium",
                ("prosumers", "price", "server's utility", "a prosumer's utility"),
                rows,
            ),
            Picture(
                "against-members",
                "Left: the server's utility rises along a straight line with N, from "
                f"{leader[0].mean():.0f} to {leader[-1].mean():.0f}. Right: a prosumer's utility "
                f"stays level near {each.mean():.1f}; the spread between communities narrows.",
                "Utilities at the exact equilibrium over N: means, and 5 to 95 % of communities.",
                (
                    _spread("Server's utility", counts, leader),
                    _spread("A prosumer's mean utility", counts, each),
                ),
            ),
            "**Differences.** The server's utility grows with N, as published. That a prosumer's "
            "falls is not in the model: `p* = sqrt(kθ/(ηQ² · mean of 1/w))` does not contain N. "
            "There is no limited stock of elecoins for which prosumers could compete, so the "
            "price does not rise. The published decline can only come from bounds that are not "
            "given, from the w's of the added prosumers, or from the learning.",
        ),
    )


def _spread(title: str, counts: FloatArray, values: FloatArray) -> Panel:
    low, high = np.quantile(values, [0.05, 0.95], axis=1)
    return Panel(
        title,
        "prosumers N",
        (Line("mean", counts, values.mean(axis=1), 0, "-", "o"),),
        (Band("5–95 %", counts, low, high),),
    )


def utilities_against_price() -> Section:
    """Figure 4(c, d): utilities over the unit electricity price Q."""
    prices = np.round(np.arange(0.2, 1.01, 0.05), 2)
    inner = float(solve(community()).price) * 0.6
    cap = inner / _BREAK
    cases = {"no bound binds": 400.0, f"prices up to {cap:.1f}": cap}
    leader: dict[str, FloatArray] = {}
    each: dict[str, FloatArray] = {}
    for name, highest in cases.items():
        found = [
            solve(community(electricity_price=price, highest=highest)) for price in prices.tolist()
        ]
        leader[name] = np.array([solution.leader_utility for solution in found])
        each[name] = np.array([solution.follower_utilities.mean() for solution in found])
    free, capped = leader
    shown = [0, 2, 4, 5, 8, 12, 16]
    rows = tuple(
        (
            f"Q = {prices[at]:g}",
            num(leader[free][at], 5),
            num(leader[capped][at], 5),
            num(each[free][at], 4),
            num(each[capped][at], 4),
        )
        for at in shown
    )
    return Section(
        "Utilities against the unit price of electricity",
        f"{ELECOIN}, figure 4(c) and 4(d)",
        (
            "Published: the server's utility rises with Q within some range and declines for "
            f"Q ≤ 0.45; a prosumer's falls as Q rises. Ours: the paper's constants, {OURS}, N = 8.",
            Table(
                "Utilities at the exact equilibrium",
                (
                    "unit price",
                    f"server, {free}",
                    f"server, {capped}",
                    f"prosumer, {free}",
                    f"prosumer, {capped}",
                ),
                rows,
            ),
            Picture(
                "against-price",
                "Left: without a binding bound the server's utility is a level line over Q. With a "
                "highest price it rises with Q up to 0.45 and is level beyond. Right: a prosumer's "
                "utility is level without the bound; with it, it falls up to 0.45 and is level "
                "beyond.",
                "Utilities over Q: level as long as no bound binds.",
                (
                    _cases("Server's utility", prices, leader),
                    _cases("A prosumer's mean utility", prices, each),
                ),
            ),
            "**Difference, and its reason.** As long as no bound binds, Q only changes the unit in "
            "which elecoins are counted: `p* Q = sqrt(kθ/(η · mean of 1/w))`, and demands divided "
            "by Q, spending and all utilities are the same for every Q. So the published slopes "
            "come from bounds, which the paper does not give. A highest price alone does it: it "
            f"binds below `Q = p*Q/p_max`, and the one that binds below {_BREAK} gives both "
            "published shapes up to there. With our other parameters the highest price is "
            f"{cap:.1f}.",
        ),
    )


def _cases(title: str, prices: FloatArray, values: dict[str, FloatArray]) -> Panel:
    lines = tuple(
        Line(name, prices, found, at, "-", "o") for at, (name, found) in enumerate(values.items())
    )
    return Panel(title, "unit electricity price Q", lines, marks=(("Q = 0.45", _BREAK),))


def mining_probability() -> Section:
    """Figure 4(e): the chance to mine over the block size, for several numbers of servers."""
    sizes = np.linspace(0.0, 500.0, 251)
    servers = (1, 2, 4, 8)
    chance = {count: np.exp(-0.01 * sizes) / count for count in servers}
    reward = {count: _reward(sizes, count) for count in servers}
    best = 1 / 0.01 - 200 / 3
    rows = tuple(
        (
            f"M = {count}",
            *(num(float(np.exp(-0.01 * size)) / count, 4) for size in (0, 100, 200, 400)),
            num(float(_reward(np.array([200.0]), count)[0]), 4),
            num(float(_reward(np.array([best]), count)[0]), 4),
        )
        for count in servers
    )
    return Section(
        "Mining probability against block size",
        f"{ELECOIN}, equation (1) and figure 4(e)",
        (
            "`ρ = β e^{−λls}` with λ = 0.01 and l = 1. The numbers of servers and their shares "
            "are not given; ours are equal shares β = 1/M.",
            Table(
                "Chance of a server to mine, by block size s, and its mean reward",
                (
                    "servers",
                    "s = 0",
                    "s = 100",
                    "s = 200",
                    "s = 400",
                    "reward at s = 200",
                    f"reward at s = {best:.1f}",
                ),
                rows,
            ),
            Picture(
                "mining-probability",
                "Left: the chance to mine falls exponentially with the block size, for 1, 2, 4 and "
                "8 servers from 1, 1/2, 1/4 and 1/8. Right: the mean reward first rises, has its "
                f"maximum at s = {best:.1f} and falls; the default s = 200 is far beyond.",
                "Chance and mean reward over the block size.",
                (
                    Panel(
                        "Chance to mine ρ",
                        "block size s",
                        tuple(
                            Line(f"M = {count}", sizes, chance[count], at)
                            for at, count in enumerate(servers)
                        ),
                    ),
                    Panel(
                        "Mean reward (R_f + r s)ρ",
                        "block size s",
                        tuple(
                            Line("", sizes, reward[count], at) for at, count in enumerate(servers)
                        ),
                        marks=(("largest", best), ("default", 200.0)),
                    ),
                ),
            ),
            "**As published:** more servers and larger blocks lower the chance. Besides, with the "
            f"paper's R_f = 200 and r = 3 the mean reward is largest at `s = 1/(λl) − R_f/r = "
            f"{best:.1f}`; at the default block size of 200 a server earns half of that.",
        ),
    )


def _reward(sizes: FloatArray, servers: int) -> FloatArray:
    return np.array(
        [
            Mining.model_validate(
                {
                    "fixed_reward": 200.0,
                    "reward_factor": 3.0,
                    "block_size": size,
                    "hash_share": 1 / servers,
                    "propagation_factor": 0.01,
                    "puzzle_difficulty": 1.0,
                }
            ).reward
            for size in sizes.tolist()
        ]
    )
