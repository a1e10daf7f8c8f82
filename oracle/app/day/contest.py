"""The Tullock contest of a day: bonds, bookings, secrets, draws and prizes, round by round."""

from __future__ import annotations

from collections.abc import Sequence

from oracle.app.day.guests import Guests
from oracle.app.day.pace import Pace
from oracle.app.day.plan import Roster, renewable_accounts
from oracle.chain.client import Receipt
from oracle.chain.market import Market
from oracle.chain.rewards import Rewards, Stage
from oracle.chain.transactions import Transaction
from oracle.community.model import Community
from oracle.rounds.clock import Schedule
from oracle.rounds.tickets import FIRST_REVEAL
from oracle.units import mul_wad_up

BATCH = 40


def _kept(schedule: Schedule) -> int:
    """Seconds for which a period is final and surely still held."""
    return schedule.closing_time(0) - schedule.reading_deadline(0)


def open_commitments(schedule: Schedule) -> int:
    """Rounds in which a server has a bond at once, if it commits when the last period is final."""
    return max(1, -(-_kept(schedule) // (schedule.round_periods * schedule.period)))


def booking_periods(schedule: Schedule, periods: int) -> list[int]:
    """When to book: rarely, but each period before its closing time, and each round at its end."""
    stride = max(1, -(-_kept(schedule) // schedule.period))
    booked, last = [], -1
    for t in range(periods):
        if t - last == stride or (t + 1) % schedule.round_periods == 0:
            booked.append(t)
            last = t
    return booked


class DayContest:
    """What the community's members and servers do for the contest of each round."""

    def __init__(
        self,
        community: Community,
        roster: Roster,
        market: Market,
        pace: Pace,
        guests: Guests | None = None,
    ) -> None:
        self.roster, self.market, self.pace = roster, market, pace
        self.rewards = Rewards(market)
        self._members = renewable_accounts(community, roster)
        self._guests = guests
        self._zones = range(len(community.zones))
        self._anyone = roster.servers[0].signer

    def bonds(self, epoch: int) -> list[Transaction]:
        """Each server's operator buys what its bond lacks and pays it from her wallet."""
        price, _ = self.market.elecoin_price(epoch)
        signer_of = {member.address: member.signer for member in self.roster.members}
        whole = self.rewards.bond() * open_commitments(self.market.schedule)
        sent = []
        for server in self.roster.servers:
            amount = whole - self.rewards.bond_of(server.signer.address)
            if amount <= 0:
                continue
            operator = signer_of[server.operator]
            sent += [
                self.market.transaction(
                    operator, "buyToken", amount, value=mul_wad_up(amount, price)
                ),
                self.market.transaction(operator, "withdraw", amount),
                *self.rewards.add_bond(operator, server.signer.address, amount),
            ]
        return sent

    def book(self, period: int) -> list[Transaction]:
        accounts = [*self._members, *(self._guests.zones if self._guests else ())]
        return [
            self.rewards.book(self._anyone, accounts[i : i + BATCH], period)
            for i in range(0, len(accounts), BATCH)
        ]

    def commit(self, round_: int) -> list[Transaction]:
        return [
            self.rewards.commit(server.signer, index, round_)
            for index, server in enumerate(self.roster.servers)
        ]

    def hold(self, round_: int, when: int) -> list[tuple[Transaction, Receipt]]:
        """Levy in, entries closed, secrets revealed, zones drawn, winners paid."""
        done: list[tuple[Transaction, Receipt]] = []

        def perform(transactions: Sequence[Transaction]) -> None:
            receipts = self.pace.perform(when, transactions)
            done.extend(zip(transactions, receipts, strict=True))

        # Whom a missing reading kept back is final now.
        last = (round_ + 1) * self.market.schedule.round_periods - 1
        perform([self.market.transaction(self._anyone, "collectFees"), *self.book(last)])
        perform([self.rewards.close_entries(self._anyone, round_)])
        contest = self.rewards.contest(round_)
        if contest.stage is not Stage.REVEALING:
            perform(
                [
                    self.rewards.release_bond(self._anyone, index, round_)
                    for index in range(len(self.roster.servers))
                ]
            )
            return done
        # With the secrets known, a reorganisation of the block that makes the seed could choose the
        # winner: they are shown only when it is as deep as the deployment wants.
        depth = self.market.deployment.depth
        self.pace.await_block(contest.closed_block + FIRST_REVEAL - 1 + depth)
        perform(
            [
                self.rewards.reveal(server.signer, index, round_)
                for index, server in enumerate(self.roster.servers)
            ]
        )
        active = self._active(round_)
        perform(
            [
                self.rewards.draw(self._anyone, round_, zone, self.rewards.winning(round_, zone)[0])
                for zone in active
            ]
        )
        perform([self.rewards.claim(self._anyone, round_, zone) for zone in active])
        return done

    def _active(self, round_: int) -> list[int]:
        least = self.rewards.activation()
        return [z for z in self._zones if self.rewards.pool(round_, z).tickets > least]
