"""The service's view of the market's contracts."""

from __future__ import annotations

import threading
from typing import Any

from eth_utils.address import to_checksum_address

from oracle.app.deploying.handover import GENERATION_RIGHT, TRADING_RIGHT
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
        answers = self._read(("administrator",))
        return None if answers is None else str(to_checksum_address(answers[0]))

    def rights(self, account: str) -> Rights | None:
        answers = self._read(("account", account), ("nameHashOf", account))
        if answers is None:
            return None
        entry, name_hash = answers
        *_, zone, rights = entry
        generation, trading = bool(rights & GENERATION_RIGHT), bool(rights & TRADING_RIGHT)
        return Rights(zone, generation, trading, "0x" + name_hash.hex())

    def _read(self, *questions: tuple[str, ...]) -> list[Any] | None:
        """The first value of each view, at one block."""
        instance = self._store.instance()
        at = None if instance is None else instance.deployment.get("contracts", {}).get(MARKET)
        if instance is None or at is None:
            return None
        market = interface(MARKET)
        calls = [(at, market.encode(name, *arguments)) for name, *arguments in questions]
        try:
            with self._lock:
                if self._client.chain_id() != instance.chain_id:
                    return None
                answers = self._client.calls(calls, "latest")
            return [
                sensible(market.functions[name].decode)(answer)[0]
                for (name, *_), answer in zip(questions, answers, strict=True)
            ]
        except ChainError:
            return None
