"""A member's agent: joins a private clearing, answers under masks, and learns the price.

What leaves this process: the side, a key for this session, signatures, and numbers under masks.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal, cast
from urllib.parse import urlsplit

import httpx
from coincurve import PrivateKey
from eth_account import Account
from eth_account.signers.local import LocalAccount

from oracle import UserError
from oracle.app.private.roster import RosterError, check_roster
from oracle.games.clearing.agents import ConsumerAgents, ProsumerAgents
from oracle.games.clearing.problem import Consumers, Prosumers
from oracle.rounds.private.masks import MODULUS, fixed, mask, secrets_with, to_text
from oracle.rounds.private.messages import FIELDS, Entry, Join, Reply, begin, follow
from oracle.service.http.auth import action_message, authorization, signable

MOST_QUESTIONS = 5_000
WAIT_SECONDS = 10
PATIENCE_SECONDS = 600
BUSY_TRIES = 5
_PATH = re.compile(r"/api/admm/sessions/([0-9a-f]{32})")


class AgentError(UserError):
    """The clearing cannot go on for this agent: one line."""


@dataclass(frozen=True)
class Outcome:
    """`quantity`: what she buys or offers, in kWh. `trouble`: why nothing was settled."""

    price: float
    paid: float
    served: float
    quantity: float
    questions: int
    trouble: str = ""


class Agent:
    """One member. `least`: how many of her side at least, herself included; `among`: addresses.

    `attempts`: how often she begins: sums with and without one agent tell that agent's answers.
    """

    def __init__(
        self,
        url: str,
        key: bytes,
        side: str,
        table: Consumers,
        *,
        least: int = 3,
        among: Collection[str] | None = None,
        attempts: int = 2,
        clock: Callable[[], float] = time.time,
    ) -> None:
        parts = urlsplit(url.rstrip("/"))
        match = _PATH.fullmatch(parts.path)
        if parts.scheme not in ("http", "https") or not parts.hostname or match is None:
            raise AgentError(f"{url}: allowed: http(s)://HOST:PORT/api/admm/sessions/NAME")
        self._session, self._path = match[1], parts.path
        self._base = f"{parts.scheme}://{parts.netloc}"
        self._member: LocalAccount = Account.from_key(key)
        self._side, self._table = side, table
        self._least, self._attempts, self._clock = least, attempts, clock
        self._among = None if among is None else {one.lower() for one in among}
        self._key = PrivateKey()
        self._public = self._key.public_key.format()

    def run(self) -> Outcome:
        """Until the clearing has ended. Raises AgentError or RosterError."""
        with httpx.Client(base_url=self._base, timeout=WAIT_SECONDS + 20) as client:
            self._client = client
            health = self._get("/api/health").json()
            self._instance = str(health["instance_id"]), int(health["chain_id"])
            self._own = self._join()
            for attempt in range(self._attempts):
                found = self._attempt(attempt)
                if found is not None:
                    return found
        raise AgentError("it began anew without who fell silent: this agent leaves (--attempts)")

    # --- joining ------------------------------------------------------------------------------

    def _join(self) -> Entry:
        join = Join(side=cast(Literal["buy", "sell"], self._side), key="0x" + self._public.hex())
        account, nonce = self._member.address, "0x" + secrets.token_hex(32)
        expires, path = int(self._clock()) + 500, f"{self._path}/agents"
        typed = action_message(
            instance_id=self._instance[0], chain_id=self._instance[1], account=account,
            method="POST", path=path, body=join.body(), expires=expires, nonce=nonce,
        )  # fmt: skip
        signature = "0x" + self._member.sign_message(signable(typed)).signature.hex()
        header = authorization(account, expires, signature, nonce)
        self._post(path, join.body(), {"Authorization": header})
        return Entry(
            account=account.lower(), side=join.side, key=join.key, expires=expires, nonce=nonce,
            signature=signature,
        )  # fmt: skip

    # --- one attempt --------------------------------------------------------------------------

    def _attempt(self, attempt: int) -> Outcome | None:
        """None where the service begins anew, without who fell silent."""
        text = self._question(attempt, 0)
        if text is None:
            return None
        others = check_roster(
            text, own=self._own, path=f"{self._path}/agents", instance=self._instance,
            least=self._least, among=self._among,
        )  # fmt: skip
        keys = [bytes.fromhex(other.key[2:]) for other in others]
        shared = secrets_with(self._key.secret, keys)
        agents = (
            ProsumerAgents(self._table)
            if isinstance(self._table, Prosumers)
            else ConsumerAgents(self._table)
        )
        transcript, settled = begin(self._session, text), {"price": 0.0, "paid": 0.0, "served": 1.0}
        for number in range(1, MOST_QUESTIONS):
            text = self._question(attempt, number)
            if text is None:
                return None
            if not text:
                return self._outcome(settled, agents, number)
            transcript = follow(transcript, text)
            asked = _read(text, attempt, number)
            if asked["step"] == "settle":
                settled = {name: float(asked[name]) for name in settled}
            if asked["to"] != self._side:
                continue
            answer = agents.reply({k: v for k, v in asked.items() if k in _ASKED[asked["step"]]})
            values = {
                name: to_text(
                    (fixed(answer[name]) + mask(self._public, shared, transcript, name)) % MODULUS
                )
                for name in FIELDS[asked["step"]]
            }
            reply = Reply(
                account=self._own.account, attempt=attempt, number=number,
                seen="0x" + transcript.hex(), values=values,
            )  # fmt: skip
            self._post(f"{self._path}/answers", reply.signed(self._key.secret).model_dump_json())
        raise AgentError(
            f"the service asks more than {MOST_QUESTIONS} questions: this agent leaves"
        )

    def _outcome(
        self, settled: dict[str, float], agents: ConsumerAgents | ProsumerAgents, number: int
    ) -> Outcome:
        state = self._get(self._path).json()
        trouble = str(state["trouble"])
        if state["state"] == "settled" and state["price"] != settled["price"]:
            trouble = "the service tells another price than the one that was settled"
        return Outcome(
            **settled, quantity=float(agents.quantity.sum()), questions=number, trouble=trouble
        )

    def _question(self, attempt: int, number: int) -> str | None:
        """The text; empty where the clearing has ended; None where the attempt is over."""
        end = self._clock() + PATIENCE_SECONDS
        while self._clock() < end:
            answer = self._get(
                f"{self._path}/questions/{attempt}/{number}?wait={WAIT_SECONDS}", also=(204, 410)
            )
            if answer.status_code == 410:
                return None
            if answer.status_code == 200:
                return answer.text
            if self._get(self._path).json()["state"] in ("settled", "failed"):
                if number == 0:
                    raise AgentError(f"not begun: {self._get(self._path).json()['trouble']}")
                return ""
        raise AgentError(f"no question for {PATIENCE_SECONDS} s: this agent leaves")

    # --- HTTP ---------------------------------------------------------------------------------

    def _get(self, path: str, also: tuple[int, ...] = ()) -> httpx.Response:
        return self._checked(lambda: self._client.get(path), also)

    def _post(self, path: str, body: bytes | str, headers: dict[str, str] | None = None) -> None:
        kind = {"Content-Type": "application/json", **(headers or {})}
        # An answer that comes after its question has closed: the next question says why.
        late = (409,) if path.endswith("/answers") else ()
        answer = self._checked(lambda: self._client.post(path, content=body, headers=kind), late)
        if answer.status_code == 409 and answer.json().get("field") == "seen":
            raise AgentError("somebody changed a question on its way: this agent leaves")

    def _checked(self, ask: Callable[[], httpx.Response], also: tuple[int, ...]) -> httpx.Response:
        for attempt in range(BUSY_TRIES):
            try:
                answer = ask()
            except httpx.HTTPError as error:
                raise AgentError(f"{self._base}: no answer ({type(error).__name__})") from None
            if answer.status_code not in (429, 503):
                break
            time.sleep(0.1 * 2**attempt)
        if answer.status_code >= 300 and answer.status_code not in also:
            try:
                said = str(answer.json()["error"])
            except (ValueError, KeyError, TypeError):
                said = "no reason given"
            raise AgentError(f"{self._base}: HTTP {answer.status_code}: {said}")
        return answer


_ASKED = {
    "move": {"step", "price", "shift", "weight"},
    "answer": {"step", "price", "paid", "margin"},
    "settle": {"step", "price", "paid", "served", "part", "margin"},
}


def _read(text: str, attempt: int, number: int) -> dict[str, Any]:
    """A question, checked. Raises AgentError."""
    try:
        asked = json.loads(text)
        known = _ASKED[asked["step"]]
        right = (asked["attempt"], asked["number"]) == (attempt, number)
        numbers = [float(asked[name]) for name in known - {"step"}]
    except (ValueError, KeyError, TypeError):
        raise AgentError(f"question {number}: not one that this agent knows") from None
    if not (right and asked["to"] in ("buy", "sell") and all(map(isfinite, numbers))):
        raise AgentError(f"question {number}: not one that this agent answers")
    return cast(dict[str, Any], asked)


__all__ = ["Agent", "AgentError", "Outcome", "RosterError"]
