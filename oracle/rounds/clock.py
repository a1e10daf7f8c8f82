"""The clock of a round: the mirror of the contracts' `ScheduleLib`. Times are chain seconds.

All intervals are half-open: a deadline itself is too late.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from oracle import UserError


class ScheduleError(UserError):
    """A schedule that the contracts, or the depth of the chain, do not allow."""

    def __init__(self, field: str, value: object, allowed: str) -> None:
        self.field = field
        super().__init__(f"schedule.{field}: {value}: {allowed}")


# A block's hash is on chain for 256 blocks; the rest is left for late postings.
MOST_BLOCKS_TO_START = 200


@dataclass(frozen=True)
class Schedule:
    """What a deployment fixes about time; the contracts' struct, field by field."""

    start: int
    period: int
    step: int
    declaration_lead: int
    reading_grace: int
    trade_window: int
    rating_window: int
    elecoin_lead: int
    epoch_periods: int
    round_periods: int
    ring_length: int

    def as_tuple(self) -> tuple[int, ...]:
        """The fields in the order of the contracts' struct."""
        return tuple(asdict(self).values())

    def check(self, block_seconds: float, depth: int, solver_seconds: float = 0.0) -> None:
        """Raises ScheduleError where the chain is too fast or too slow for the leads.

        Deadline to start spans at most 200 blocks; a lead holds (depth + 4) blocks and the solver.
        """
        least = (depth + 4) * block_seconds + solver_seconds
        for field in ("declaration_lead", "elecoin_lead"):
            lead = getattr(self, field)
            if lead > MOST_BLOCKS_TO_START * block_seconds:
                most = int(MOST_BLOCKS_TO_START * block_seconds)
                raise ScheduleError(
                    field, lead, f"at most {most} s ({MOST_BLOCKS_TO_START} blocks)"
                )
            if lead < least:
                raise ScheduleError(field, lead, f"at least {least:g} s ({depth} + 4 blocks)")

    def start_of(self, period: int) -> int:
        return self.start + period * self.period

    def end_of(self, period: int) -> int:
        return self.start_of(period + 1)

    def declaration_deadline(self, period: int) -> int:
        """Targets are accepted before this, electricity reports from this on until the start."""
        return self.start_of(period) - self.declaration_lead

    def reading_deadline(self, period: int) -> int:
        """Readings are accepted from the end until before this; trading opens here."""
        return self.end_of(period) + self.reading_grace

    def pool_opening(self, period: int) -> int:
        """Half of the trading window: the pool is settled from here on."""
        return self.reading_deadline(period) + self.trade_window // 2

    def trading_end(self, period: int) -> int:
        return self.reading_deadline(period) + self.trade_window

    def closing_time(self, period: int) -> int:
        return self.trading_end(period) + self.rating_window

    def period_at(self, timestamp: int) -> int:
        return max(0, (timestamp - self.start) // self.period)

    def epoch_of(self, period: int) -> int:
        return period // self.epoch_periods

    def elecoin_deadline(self, epoch: int) -> int:
        """The elecoin price of an epoch is accepted before this."""
        return self.declaration_deadline(epoch * self.epoch_periods)

    def need_deadline(self, epoch: int) -> int:
        """Needs of an epoch are accepted before this, elecoin reports from this on."""
        return self.elecoin_deadline(epoch) - self.elecoin_lead

    def round_of(self, period: int) -> int:
        return period // self.round_periods

    def last_period_of(self, round_: int) -> int:
        return (round_ + 1) * self.round_periods - 1

    def settlement_opening(self, round_: int) -> int:
        """Once the round's last period may be closed."""
        return self.closing_time(self.last_period_of(round_))


def ring_length(
    period: int, declaration_lead: int, reading_grace: int, trade_window: int, rating_window: int
) -> int:
    """The least number of slots an account needs: the periods open at once, and one more."""
    open_seconds = declaration_lead + period + reading_grace + trade_window + rating_window
    return -(-open_seconds // period) + 1
