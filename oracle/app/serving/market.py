"""The service's view of the market's contracts."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from eth_utils.address import to_checksum_address

from oracle.app.deploying.handover import GENERATION_RIGHT, NO_METER, TRADING_RIGHT
from oracle.chain.client import ChainError, Client, sensible
from oracle.chain.interface import interface
from oracle.service.ports import Rights
from oracle.service.store import Store

MARKET = "ElectricityTrading"
PATIENCE = 5.0
"""Seconds for the node: a visitor waits."""


class ChainMarket:
    """The contracts of the deployment that a store shows, read through one node.

    None for what cannot be read. Thread-safe.
    """

    def __init__(self, url: str, store: Store) -> None:
        self._client, self._store = Client(url, timeout=PATIENCE), store
        self._lock = threading.Lock()

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
        try:
            with self._lock:
                if self._client.chain_id() != instance.chain_id:
                    return None
                answers = self._client.calls(calls, "latest")
            return [
                sensible(interface(contract).functions[view].decode)(answer)[0]
                for (contract, view, *_), answer in zip(questions, answers, strict=True)
            ]
        except ChainError:
            return None
