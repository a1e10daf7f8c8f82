"""The service's view of the market's contracts."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

from eth_utils.address import to_checksum_address

from oracle.app.deploying.handover import GENERATION_RIGHT, NO_METER, TRADING_RIGHT
from oracle.chain.client import ChainError, Client, RpcError, sensible
from oracle.chain.interface import interface
from oracle.service.ports import Rights
from oracle.service.store.store import Store

MARKET = "ElectricityTrading"
PATIENCE = 3.0
"""Seconds for the node: a visitor waits."""
REST = 2.0
"""Seconds in which a node that gave no answer is not asked again."""


class ChainMarket:
    """The contracts of the deployment that a store shows, read through one node.

    None for what cannot be read. Thread-safe; however many ask, a node that hangs holds up one of
    them for `patience` seconds and nobody for longer.
    """

    def __init__(self, url: str, store: Store, patience: float = PATIENCE) -> None:
        self._client, self._store = Client(url, timeout=patience), store
        self._patience = patience
        self._lock = threading.Lock()
        self._rests_until = float("-inf")

    def administrator(self) -> str | None:
        answers = self.read([(MARKET, "administrator")])
        return None if answers is None else str(to_checksum_address(answers[0]))

    def rights(self, account: str) -> Rights | None:
        found = self._rights([account])
        return None if found is None else found[0]

    def members(self, offset: int, limit: int) -> Sequence[Rights] | None:
        answers = self.read([(MARKET, "accounts", offset, limit)])
        if answers is None:
            return None
        return self._rights([str(to_checksum_address(address)) for address in answers[0]])

    def _rights(self, accounts: Sequence[str]) -> list[Rights] | None:
        asked = ("account", "nameHashOf", "meterOf")
        answers = self.read([(MARKET, name, account) for account in accounts for name in asked])
        if answers is None:
            return None
        found = []
        for place, account in enumerate(accounts):
            entry, name_hash, meter = answers[3 * place : 3 * place + 3]
            deposit, rated_watts, *_, zone, rights = entry
            found.append(
                Rights(
                    account=account,
                    zone=zone,
                    generation=bool(rights & GENERATION_RIGHT),
                    trading=bool(rights & TRADING_RIGHT),
                    name_hash="0x" + name_hash.hex(),
                    deposit_wei=deposit,
                    rated_watts=rated_watts,
                    meter=None if meter == NO_METER else str(to_checksum_address(meter)),
                )
            )
        return found

    def read(self, questions: Sequence[tuple[Any, ...]]) -> list[Any] | None:
        """The first value of each view, in one batch: (contract, view, arguments…) each.

        None where there is no deployment, or its chain cannot be read.
        """
        instance = self._store.instance()
        if instance is None:
            return None
        contracts = instance.deployment.get("contracts", {})
        if any(contract not in contracts for contract, *_ in questions):
            return None
        calls = [
            (contracts[contract], interface(contract).encode(view, *arguments))
            for contract, view, *arguments in questions
        ]
        answers = self._ask(instance.chain_id, calls)
        if answers is None:
            return None
        try:
            return [
                sensible(interface(contract).functions[view].decode)(answer)[0]
                for (contract, view, *_), answer in zip(questions, answers, strict=True)
            ]
        except ChainError:
            return None

    def _ask(self, chain_id: int, calls: Sequence[tuple[str, bytes]]) -> list[bytes] | None:
        if not self._lock.acquire(timeout=self._patience):
            return None
        try:
            if time.monotonic() < self._rests_until or self._client.chain_id() != chain_id:
                return None
            return self._client.calls(calls, "latest")
        except RpcError:
            return None
        except ChainError:
            self._rests_until = time.monotonic() + REST
            return None
        finally:
            self._lock.release()
