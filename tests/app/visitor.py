"""A visitor of a market that goes on by itself: her wallet, and the one address that she knows."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import httpx
from eth_account import Account

from oracle.chain.client import Client, Receipt
from oracle.chain.deployment import Deployment
from oracle.chain.market import Market
from oracle.chain.signer import Signer
from oracle.chain.transactions import Sender
from oracle.service.http.auth import access_message, action_message, authorization, signable

_T = TypeVar("_T")
PATIENCE = 120.0


def until(found: Callable[[], _T | None], what: str) -> _T:
    """Asks until there is an answer."""
    deadline = time.monotonic() + PATIENCE
    while (answer := found()) is None or answer is False:
        assert time.monotonic() < deadline, f"in vain: {what}"
        time.sleep(0.3)
    return answer


@dataclass(frozen=True)
class Visitor:
    """Everything goes through the service at `url`; `deployment` is the file of the run."""

    key: bytes
    url: str
    deployment: Path

    @cached_property
    def signer(self) -> Signer:
        return Signer(self.key)

    @property
    def address(self) -> str:
        return self.signer.address

    @cached_property
    def chain(self) -> Client:
        return Client(f"{self.url}/rpc")

    @cached_property
    def market(self) -> Market:
        return Market(self.chain, Deployment.load(self.deployment))

    @cached_property
    def sender(self) -> Sender:
        return Sender(self.chain, self.chain.chain_id())

    def facts(self) -> Any:
        return self.get("/api/market")

    def get(self, path: str, **headers: str) -> Any:
        return httpx.get(self.url + path, headers=headers, timeout=10).raise_for_status().json()

    def join(self, name: str) -> Any:
        path, body = "/api/join", f'{{"name": "{name}"}}'.encode()
        fields = {"expires": int(time.time()) + 300, "nonce": "0x" + secrets.token_hex(32)}
        typed = action_message(**self._asker(), method="POST", path=path, body=body, **fields)
        headers = {
            "Content-Type": "application/json",
            "Authorization": self._signed(typed, **fields),
        }
        answer = httpx.post(self.url + path, content=body, headers=headers, timeout=60)
        return answer.raise_for_status().json()

    def own(self) -> Any:
        """Her readings and bill lines, by her signature."""
        expires = int(time.time()) + 300
        typed = access_message(**self._asker(), expires=expires)
        path = f"/api/members/{self.address}?limit=1000"
        return self.get(path, Authorization=self._signed(typed, expires))

    def _asker(self) -> dict[str, Any]:
        facts = self.facts()
        return {n: facts[n] for n in ("instance_id", "chain_id")} | {"account": self.address}

    def _signed(self, typed: Any, expires: int, nonce: str | None = None) -> str:
        signature = Account.from_key(self.key).sign_message(signable(typed)).signature
        return authorization(self.address, expires, "0x" + signature.hex(), nonce)

    def send(
        self, function: str, *args: Any, value: int = 0, contract: str = "ElectricityTrading"
    ) -> Receipt:
        """Her own transaction, mined as the market goes on; whether it succeeded is in it."""
        call = self.market.transaction(self.signer, function, *args, value=value, contract=contract)
        (sent,) = self.sender.send([call])
        return until(lambda: self.chain.receipts([sent.hash])[0], function)
