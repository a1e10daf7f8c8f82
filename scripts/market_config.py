"""What the brownie scripts deploy and register: plain numbers, for reading and changing.

Money is in wei (1e18 = one unit of the community's currency, or one elecoin), prices of energy in
ticks (1e-6 per kWh), energy in Wh, power in W, times in seconds.
"""

from typing import NamedTuple

WAD = 10**18
TICK = 10**12
NEVER_SELLS = 2**32 - 1
"""The asking price, in ticks, of a surplus whose owner may not sell."""

DEVELOPMENT_CHAINS = (30573, 1337, 31337)
"""Ours, and the ids that Ganache, Geth's developer mode, Anvil and Hardhat use."""

MOST_BLOCKS_TO_START = 200
"""A block's hash is on chain for 256 blocks; the rest is left for late postings."""

# The clock, but for `start`, which each deployment chooses, and `ring_length`, which follows.
SCHEDULE = {
    "period": 900,
    "step": 900,
    "declaration_lead": 120,
    "reading_grace": 300,
    "trade_window": 600,
    "rating_window": 600,
    "elecoin_lead": 120,
    "epoch_periods": 24,
    "round_periods": 24,
}
SET_UP_SECONDS = 600
"""Left after a deployment for registering and for declaring the first needs."""

TOTAL_ELECOINS = 1_000_000 * WAD

# How the posted price moves the cap on elecoins: the gain is the regulation game's feedback
# sqrt(1 + q/rho) - 1 at q/rho = 20 in 1e18, the bounds are in 1e9 wei.
SUPPLY = {
    "gain": 3_582_575_694_955_840_006,
    "base": TOTAL_ELECOINS,
    "most_per_epoch": TOTAL_ELECOINS // 10**9 // 100,
    "least": -TOTAL_ELECOINS // 10**9 // 5,
    "most": TOTAL_ELECOINS // 10**9 // 5,
}
# Stakes and windows of the oracle; a consent share of 0 switches that certificate off.
ORACLE = {
    "history_length": 96,
    "challenge_window": 60,
    "response_time": 15,
    "turn_seconds": 12,
    "unbond_delay": 86_400,
    "consent_share_bps": 0,
    "inline_members": 250,
    "minimum_bond": WAD,
}
UNIT_POWER_PRICE = WAD // 5
REDEMPTION = 97 * WAD // 100
TARGET_PRICE = 102 * WAD // 100
HIGHEST_PRICE = 105 * WAD // 100
TYPICAL_NEED = 4 * WAD // 10
# θ = m̄₀ p̄² / (p̄ − c): at the typical mean need the elecoin price is the target.
THETA = TYPICAL_NEED * TARGET_PRICE**2 // ((TARGET_PRICE - REDEMPTION) * WAD)

FEED_IN = 80_000
TOLERANCE_BPS = 1_000
QUALITY_THRESHOLD = 50
TAU = 3 * WAD
INITIAL_REPUTATION = WAD
REWARD_BOND = WAD
REWARD_ACTIVATION = 1_000
"""Wh that a zone must exceed in a round for its draw of the levy."""

NORTH, SOUTH = 0, 1
# (from, to) -> network fee and levy, in ticks of currency per kWh.
FEES = {
    (NORTH, NORTH): (20_000, 5_000),
    (NORTH, SOUTH): (60_000, 5_000),
    (SOUTH, NORTH): (60_000, 5_000),
    (SOUTH, SOUTH): (20_000, 5_000),
}
RETAIL = 320_000
"""What a kWh from the grid costs a consumer, all in, in ticks of currency."""

FUNDS = 20 * WAD
"""Coins that each development account is given."""


class Member(NamedTuple):
    """A member of the small community, and what she declares when the market is seeded.

    `net` > 0 is a surplus. `feed_in`, in ticks of currency, is what the grid pays her for it.
    """

    name: str
    zone: int
    may_sell: bool
    rated_power: int
    net: int
    need: int
    feed_in: int = 0


MEMBERS = (
    Member("anna", NORTH, True, 10_000, 1_500, 0, 80_000),
    Member("bela", SOUTH, True, 10_000, 600, WAD // 10, 110_000),
    Member("cleo", NORTH, False, 8_000, -1_200, WAD // 2),
    Member("dario", SOUTH, False, 8_000, -2_000, 8 * WAD // 10),
    # Her plant is supported: what it makes may not be sold here.
    Member("emil", NORTH, False, 10_000, 700, 0, 125_000),
)
SERVERS = (("first", "anna"), ("second", "bela"), ("third", "cleo"))
"""The edge servers and the members who run them."""


def ring_length(clock: dict[str, int]) -> int:
    """The least number of slots an account needs: the periods open at once, and one more."""
    windows = ("declaration_lead", "period", "reading_grace", "trade_window", "rating_window")
    return -(-sum(clock[name] for name in windows) // clock["period"]) + 1
