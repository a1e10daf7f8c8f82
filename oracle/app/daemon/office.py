"""What the administrator may change while a server runs: the set of servers, and the successor."""

from __future__ import annotations

from dataclasses import dataclass

from eth_utils.address import to_checksum_address

from oracle.chain.market import MARKET, ORACLE, Market
from oracle.rounds.duty import Duty

NOBODY = "0x" + "0" * 40


@dataclass(frozen=True)
class Office:
    """As one head has it. `servers` in the order of registration; `version` counts the sets.

    `successor` is None while there is none; it has the periods from `from_period` on.
    """

    servers: tuple[str, ...]
    version: int
    successor: str | None
    from_period: int

    @classmethod
    def of(cls, market: Market, block: int | str | bytes = "latest") -> Office:
        """As of one block. Raises ChainError."""
        (servers,), (version,), (successor, from_period) = market.read_many(
            [(ORACLE, "edgeServers", ()), (ORACLE, "signerSet", ()), (MARKET, "successor", ())],
            block,
        )
        return cls(
            tuple(str(to_checksum_address(signer)) for signer, _ in servers),
            int(version),
            None if successor == NOBODY else str(to_checksum_address(successor)),
            int(from_period),
        )

    def is_ours(self, duty: Duty, epoch_periods: int) -> bool:
        """Whether the market still prices it, or its successor does."""
        return self.successor is None or duty.first_period(epoch_periods) < self.from_period

    def news_since(self, before: Office | None, me: str) -> list[str]:
        """What an operator should know of."""
        said = []
        if self.successor is not None and (before is None or before.successor != self.successor):
            said.append(f"succeeded by {self.successor} from period {self.from_period} on")
        if before is not None and before.version != self.version:
            inside = "this one is" if me in self.servers else "this one is not"
            said.append(f"set {self.version} of {len(self.servers)} servers: {inside} in it")
        return said
