"""Whose supplier's terms are known: the community's file and the accounts of its members."""

from __future__ import annotations

from collections.abc import Callable

from eth_utils.crypto import keccak

from oracle.app.day.rows import supply_record
from oracle.chain.market import Market
from oracle.community.model import Community, Member
from oracle.service.store.records import MemberRecord
from oracle.service.store.store import Store


class SupplyTerms:
    """The members of a community's file by account, as far as anybody can say who they are.

    A run says it. Where no run does, an account is the member of the file whose name the store has
    for it, if the hash on chain is that name's: names that the operator changed open nothing.
    `unknown` hears, once each, of accounts of which nobody can say.
    """

    def __init__(
        self,
        community: Community | None,
        store: Store,
        market: Market,
        unknown: Callable[[str], None] | None = None,
    ) -> None:
        self._store, self._market, self._unknown = store, market, unknown
        self._by_name = {member.name: member for member in community.members} if community else {}
        self._of: dict[str, Member] = {}
        self._told: set[str] = set()

    def __contains__(self, account: str) -> bool:
        return account in self._of

    def admit(self, *known: tuple[str, str, Member]) -> None:
        """Accounts, their meters, and whose terms are theirs."""
        self._of |= {account: member for account, _, member in known}
        self._store.record_supplies(supply_record(*one) for one in known)

    def of(self, account: str) -> Member | None:
        """None where nobody knows them."""
        if account not in self._of and self._unknown is not None:
            self._find(account, self._unknown)
        return self._of.get(account)

    def _find(self, account: str, unknown: Callable[[str], None]) -> None:
        known = self._store.member(account)
        if known is not None and known.name in self._by_name and _opens(known):
            (meter,) = self._market.read("meterOf", account)
            self.admit((account, meter, self._by_name[known.name]))
        elif account not in self._told:
            self._told.add(account)
            unknown(account)


def _opens(member: MemberRecord) -> bool:
    """Whether the hash on chain is that of this name."""
    if member.name is None or member.salt is None:
        return False
    digest = keccak(bytes.fromhex(member.salt[2:]) + member.name.encode())
    return "0x" + digest.hex() == member.name_hash.lower()
