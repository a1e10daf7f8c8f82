"""A day in the pool: every member declares into it, and one settlement a period trades for all."""

from __future__ import annotations

from dataclasses import replace

from oracle.app.day.agents import COMPLETE, SPANNING, Agents, SlotView
from oracle.app.day.guests import DECLARED
from oracle.chain.orders import budgets_left
from oracle.chain.transactions import Transaction
from oracle.rounds.pool import (
    Settlement,
    ZonePairFees,
    packed_declarations,
    pool_lock_wei,
    pooled,
    settle,
)
from oracle.rounds.report import Feed
from oracle.rounds.words import Target

POOLED, QUARANTINED = 64, 128
SETTLEMENT_GAS, SETTLEMENT_GAS_PER_MEMBER = 300_000, 15_000


class PoolAgents(Agents):
    """Agents that trade in the pool alone.

    A buyer's deposit must cover her lock as she declares: where it does not, she buys what is
    lacking; where her order's budget does not allow the lock, she stays out of the pool.
    """

    _covered: tuple[int, list[Target]] | None = None

    def cover(self, period: int, now: int) -> list[Transaction]:
        targets = [replace(target, pooled=True) for target in super().targets(period)]
        locks = dict(zip(self.roster.addresses, map(self._lock_wei, targets), strict=True))
        left = budgets_left(self.market, self.roster.addresses)
        within = {address: lock <= left[address] for address, lock in locks.items()}
        self._covered = (
            period,
            [replace(t, pooled=within[a]) for a, t in zip(locks, targets, strict=True)],
        )
        held = self._deposits()
        schedule = self.market.schedule
        price, _ = self.market.elecoin_price(schedule.epoch_of(schedule.period_at(now)))
        lacking = {a: lock - held[a] for a, lock in locks.items() if within[a] and lock}
        return self._purchase(lacking, price)

    def _lock_wei(self, target: Target) -> int:
        tolerance = self.community.market.tolerance_bps
        return pool_lock_wei(target, tolerance) if target.net_wh < 0 else 0

    def targets(self, period: int) -> list[Target]:
        assert self._covered is not None
        covered, targets = self._covered
        assert covered == period
        return targets

    def guest_targets(self, period: int) -> list[tuple[str, Target]]:
        """Into the pool; the contract leaves out whose deposit does not cover her lock."""
        found = super().guest_targets(period)
        return [(account, replace(target, pooled=True)) for account, target in found]

    def fund(self, period: int, now: int) -> list[Transaction]:
        """Nobody trades by pairs."""
        return []

    def settle_pool(self, period: int) -> list[Transaction]:
        """One transaction for all, by the first edge server, if there is something to settle."""
        head = self.market.client.block().number
        declared = self.market.declared(Feed.ELECTRICITY, period, head)
        if self.expected(period, declared).energy_wh == 0:
            return []
        return [
            self.market.transaction(
                self.roster.servers[0].signer,
                "settlePool",
                period,
                packed_declarations(declared),
                gas=SETTLEMENT_GAS + SETTLEMENT_GAS_PER_MEMBER * len(declared),
            )
        ]

    def expected(self, period: int, declared: tuple[tuple[str, int], ...]) -> Settlement:
        """What the contract will find, from the same words and slots."""
        posting = self.market.electricity_posting(period)
        if posting is None:
            return Settlement((), 0, 0, 0)
        slots = self.slots(period)
        tolerance = self.community.market.tolerance_bps
        found = (
            pooled(
                account,
                Target.unpack(word),
                pool_net_wh(slots[account]),
                posting[0],
                tolerance,
            )
            for account, word in declared
        )
        members = [member for member in found if member is not None]
        return settle(members, posting[0], self._fees_by_number(period))

    def _fees_by_number(self, period: int) -> ZonePairFees:
        return {
            (self._zones[source], self._zones[target]): (fee.network_wei, fee.levy_wei)
            for (source, target), fee in self._fees(period).items()
        }


def pool_net_wh(slot: SlotView) -> int:
    """Metered net of a slot that the pool takes, else 0."""
    wanted = DECLARED | COMPLETE | POOLED
    if slot.flags & (wanted | SPANNING | QUARANTINED) != wanted:
        return 0
    return slot.generated_wh - slot.consumed_wh


MARKETS = {"bilateral": Agents, "pool": PoolAgents}
"""Who trades how, by the name of `--market`."""
