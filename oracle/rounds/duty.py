"""What an edge server has to do at a chain time: which epochs it prices, and when it may post."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from oracle.rounds.clock import Schedule
from oracle.rounds.report import Feed


@dataclass(frozen=True)
class Duty:
    """One feed and epoch to be priced. Chain seconds: accepted in [opens, closes).

    `round` is the reputation round whose order of servers holds.
    """

    feed: Feed
    epoch: int
    opens: int
    closes: int
    round: int

    @property
    def name(self) -> str:
        """`electricity:96`, as in `wattmarket verify`."""
        return f"{self.feed.label}:{self.epoch}"

    def first_period(self, epoch_periods: int) -> int:
        """The first period that its price is for."""
        return self.epoch * epoch_periods if self.feed is Feed.ELECOIN else self.epoch

    def turn_opens(self, place: int, turn_seconds: int) -> int:
        """From when on the server at this place in the order posts: all before it had a turn."""
        return self.opens + place * turn_seconds


def duty(schedule: Schedule, feed: Feed, epoch: int) -> Duty:
    """The window of one feed and epoch."""
    if feed is Feed.ELECTRICITY:
        opens, closes = schedule.declaration_deadline(epoch), schedule.start_of(epoch)
        return Duty(feed, epoch, opens, closes, schedule.round_of(epoch))
    first = epoch * schedule.epoch_periods
    return Duty(
        feed,
        epoch,
        schedule.need_deadline(epoch),
        schedule.elecoin_deadline(epoch),
        schedule.round_of(first),
    )


def duties(schedule: Schedule, now: int) -> list[Duty]:
    """What is to be priced at this chain time: the elecoin price first, the earliest first."""
    period = max(0, (now - schedule.start) // schedule.period)
    ahead = 1 + -(-schedule.declaration_lead // schedule.period)
    electricity = [duty(schedule, Feed.ELECTRICITY, t) for t in range(period, period + ahead + 1)]
    reach = schedule.declaration_lead + schedule.elecoin_lead
    epochs = range(
        period // schedule.epoch_periods,
        (period + ahead + -(-reach // schedule.period)) // schedule.epoch_periods + 2,
    )
    elecoin = [duty(schedule, Feed.ELECOIN, epoch) for epoch in epochs]
    return [one for one in (*elecoin, *electricity) if one.opens <= now < one.closes]


def place_of(order: Sequence[str], signer: str) -> int | None:
    """A server's place in the round's order, from 0; None where it is none of them."""
    lowered = [one.lower() for one in order]
    return lowered.index(signer.lower()) if signer.lower() in lowered else None
