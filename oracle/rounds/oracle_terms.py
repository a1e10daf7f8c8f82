"""What a deployment of the oracle fixes: stakes, windows, and how the price moves the cap.

The mirror of the contracts' `OracleTerms` and of their library `SupplyRule`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from math import isqrt
from typing import Any

from oracle.rounds.clock import Schedule, ScheduleError
from oracle.units import WAD

SUPPLY_UNIT = 10**9
"""Signed changes of the cap count in 1e9 wei."""
HISTORY_LENGTH = 96
MINIMUM_BOND = WAD
INLINE_MEMBERS = 250
"""So many declarations are always proved inline, within `certificate.INLINE_GAS`."""
UNBOND_DAYS = 1
STATE_WEIGHT = Fraction(20)
"""q/ρ of the regulator by default: that of the example in the docs of the game `regulation`."""
EPOCH_SHARE, TOTAL_SHARE = 100, 5
"""By default an epoch moves the cap by at most a hundredth, all together by at most a fifth."""


@dataclass(frozen=True)
class SupplyTerms:
    """How the posted price of an elecoin moves the cap on elecoins.

    `gain` in 1e18, `base` in ELE wei, the bounds in 1e9 wei: per epoch, and least and most in all.
    """

    gain: int = 0
    base: int = 0
    most_per_epoch: int = 0
    least: int = 0
    most: int = 0

    def change_towards_zero(self, price_wei: int, target_wei: int) -> int:
        """gain × base × (p − p̄)/p̄ in 1e9 wei, rounded towards zero, within ± `most_per_epoch`.

        A price above the target adds elecoins, one below it takes away.
        """
        error = price_wei - target_wei
        amount = self.gain * self.base // WAD * abs(error) // (target_wei * SUPPLY_UNIT)
        amount = min(amount, self.most_per_epoch)
        return amount if error > 0 else -amount

    def as_tuple(self) -> tuple[int, int, int, int, int]:
        return (self.gain, self.base, self.most_per_epoch, self.least, self.most)


NO_CHANGE = SupplyTerms()
"""The cap stays as it was deployed."""


@dataclass(frozen=True)
class OracleTerms:
    """Seconds of chain time, wei, and the share of the declared energy whose consent is enough.

    `consent_share_bps` 0: consent certifies nothing in this deployment. In a market of
    `inline_members` accounts or fewer no price is posted on stakes: a proof always fits.
    """

    history_length: int
    challenge_window: int
    response_time: int
    turn_seconds: int
    unbond_delay: int
    consent_share_bps: int
    inline_members: int
    minimum_bond: int
    supply: SupplyTerms

    @classmethod
    def of(cls, words: Sequence[Any]) -> OracleTerms:
        """From the contracts' struct, as `as_tuple` gives it."""
        named = dict(zip((field.name for field in fields(cls)), words, strict=True))
        return cls(**named | {"supply": SupplyTerms(*named["supply"])})

    def as_tuple(self) -> tuple[int | tuple[int, ...], ...]:
        """The fields in the order of the contracts' struct."""
        return (
            self.history_length,
            self.challenge_window,
            self.response_time,
            self.turn_seconds,
            self.unbond_delay,
            self.consent_share_bps,
            self.inline_members,
            self.minimum_bond,
            self.supply.as_tuple(),
        )


def feedback_gain_down(state_weight: Fraction) -> int:
    """The regulator's feedback on the log-price in 1e18, rounded down: √(1 + q/ρ) − 1.

    In the long run the game's Riccati equation rests at 0 = q − 2ηP − (η²/ρ)P², and the feedback
    is (η/ρ)P: the speed of adjustment η cancels (Djehiche, Barreiro-Gomez and Tembine, section 4;
    `lqr` in `oracle.games.regulation`).
    """
    radicand = (1 + state_weight) * WAD * WAD
    return isqrt(radicand.numerator // radicand.denominator) - WAD


def default_supply(total_elecoins: int) -> SupplyTerms:
    """The feedback of the regulation game on the whole cap, a hundredth of it an epoch at most."""
    units = total_elecoins // SUPPLY_UNIT
    return SupplyTerms(
        gain=feedback_gain_down(STATE_WEIGHT),
        base=total_elecoins,
        most_per_epoch=units // EPOCH_SHARE,
        least=-(units // TOTAL_SHARE),
        most=units // TOTAL_SHARE,
    )


def default_terms(schedule: Schedule, total_elecoins: int) -> OracleTerms:
    """Windows as wide as the clock allows. Raises ScheduleError where it allows none."""
    if schedule.elecoin_lead < 4:
        raise ScheduleError("elecoin_lead", schedule.elecoin_lead, "at least 4 s")
    epoch = schedule.epoch_periods * schedule.period
    if schedule.elecoin_lead > epoch:
        raise ScheduleError("elecoin_lead", schedule.elecoin_lead, f"at most an epoch, {epoch} s")
    trading_opens = schedule.period + schedule.reading_grace
    window = min(schedule.elecoin_lead // 2, trading_opens)
    day = 86_400 * schedule.period // schedule.step
    return OracleTerms(
        history_length=max(HISTORY_LENGTH, schedule.ring_length),
        challenge_window=window,
        response_time=max(1, window // 4),
        turn_seconds=max(1, schedule.declaration_lead // 10),
        unbond_delay=max(2 * window, UNBOND_DAYS * day),
        consent_share_bps=0,
        inline_members=INLINE_MEMBERS,
        minimum_bond=MINIMUM_BOND,
        supply=default_supply(total_elecoins),
    )
