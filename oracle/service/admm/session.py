"""One private clearing: who joined, what was asked, what came of it. Lives in the event loop.

The negotiation itself (`oracle.games.clearing.admm`) runs in a thread and asks sides; here each
question goes to all agents of a side, and their masked answers become one sum.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from oracle.games.clearing.admm import Agreement, negotiate
from oracle.games.clearing.agents import Answer, Message
from oracle.rounds.private.masks import number
from oracle.rounds.private.messages import (
    FIELDS,
    Entry,
    Reply,
    begin,
    follow,
    question,
    roster_text,
)
from oracle.service.errors import ApiError

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 3


class Silent(Exception):
    """Agents that did not answer in time."""

    def __init__(self, accounts: list[str]) -> None:
        self.accounts = accounts
        super().__init__(", ".join(accounts))


class Stopping(Exception):
    """The service ends."""


@dataclass(frozen=True)
class Terms:
    """What the operator asks for. Seconds: to join, and to answer each question.

    `agents`: begins at once when so many have joined; `least` of them on each side.
    """

    low: float
    high: float
    agents: int
    least: int
    join_seconds: float
    answer_seconds: float


@dataclass
class _Side:
    """All agents of a side as one, for the negotiation's thread."""

    session: Session
    side: str
    count: int
    loop: asyncio.AbstractEventLoop

    def reply(self, ask: Message) -> Answer:
        return asyncio.run_coroutine_threadsafe(
            self.session.ask(self.side, ask), self.loop
        ).result()


@dataclass
class Session:
    """`state`: joining, running, settled or failed; `trouble` says why it failed."""

    terms: Terms
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    state: str = "joining"
    trouble: str = ""
    silent: list[str] = field(default_factory=list)
    agreement: Agreement | None = None
    attempt: int = -1
    questions: list[str] = field(default_factory=list)
    _entries: dict[str, Entry] = field(default_factory=dict)
    _transcript: bytes = b""
    _asked: str = ""
    _step: str = ""
    _answers: dict[str, Mapping[str, str]] = field(default_factory=dict)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _answered: asyncio.Event = field(default_factory=asyncio.Event)
    _full: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: bool = False

    # --- the life -----------------------------------------------------------------------------

    async def run(self) -> None:
        """From joining to the end; whatever goes wrong is its `trouble`."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._full.wait(), self.terms.join_seconds)
        try:
            await self._attempts()
        except Stopping:
            self._end("failed", "the service is stopping")
        except Exception:
            log.exception("private clearing %s failed", self.id)
            self._end("failed", "a fault of the service; its log says more")

    async def _attempts(self) -> None:
        for attempt in range(MOST_ATTEMPTS):
            if self._stopping:
                raise Stopping
            counts = {side: len(self._of(side)) for side in ("buy", "sell")}
            if min(counts.values()) < self.terms.least:
                shown = f"{counts['buy']} buyers and {counts['sell']} sellers"
                self._end("failed", f"{shown}: {self.terms.least} of each are needed")
                return
            self._open(attempt)
            loop = asyncio.get_running_loop()
            groups = [_Side(self, side, count, loop) for side, count in counts.items()]
            try:
                found = await asyncio.to_thread(negotiate, groups, self.terms.low, self.terms.high)
            except Silent as missing:
                log.warning("private clearing %s: silent: %s", self.id, missing)
                self.silent += missing.accounts
                for account in missing.accounts:
                    del self._entries[account]
                continue
            self.agreement = found
            self._end("failed" if found.trouble else "settled", found.trouble)
            return
        self._end("failed", f"agents fell silent in {MOST_ATTEMPTS} attempts")

    def stop(self) -> None:
        """Ends it soon: who waits in `run` is woken."""
        self._stopping = True
        self._full.set()
        self._answered.set()

    def _open(self, attempt: int) -> None:
        self.state, self.attempt = "running", attempt
        text = roster_text(attempt, list(self._entries.values()))
        self.questions, self._transcript = [text], begin(self.id, text)
        self._asked = ""
        self._announce()

    def _end(self, state: str, trouble: str) -> None:
        self.state, self.trouble = state, trouble
        self._asked = ""
        log.info("private clearing %s: %s after %d questions", self.id, state, len(self.questions))
        self._announce()

    @property
    def ended(self) -> bool:
        return self.state in ("settled", "failed")

    # --- who takes part -----------------------------------------------------------------------

    def join(self, entry: Entry) -> None:
        """Raises ApiError 409 where joining is over or she, or her key, is in already."""
        if self.state != "joining":
            raise ApiError(409, "joining is over")
        if entry.account in self._entries:
            raise ApiError(409, "this member has joined already")
        if any(entry.key == other.key for other in self._entries.values()):
            raise ApiError(409, "another member has joined with this key", field="key")
        self._entries[entry.account] = entry
        if len(self._entries) >= self.terms.agents:
            self._full.set()

    def _of(self, side: str) -> list[str]:
        return [account for account, entry in self._entries.items() if entry.side == side]

    @property
    def joined(self) -> int:
        return len(self._entries)

    # --- questions and answers ----------------------------------------------------------------

    async def ask(self, side: str, message: Message) -> Answer:
        """The sums of a side's answers. Raises Silent."""
        if self._stopping:
            raise Stopping
        text = question(self.attempt, len(self.questions), side, dict(message))
        self.questions.append(text)
        self._transcript = follow(self._transcript, text)
        self._asked, self._step, self._answers = side, str(message["step"]), {}
        self._answered = asyncio.Event()
        self._announce()
        try:
            await asyncio.wait_for(self._answered.wait(), self.terms.answer_seconds)
        except TimeoutError:
            raise Silent([one for one in self._of(side) if one not in self._answers]) from None
        if self._stopping:
            raise Stopping
        self._asked = ""
        return {
            name: number(sum(int(values[name], 16) for values in self._answers.values()))
            for name in FIELDS[self._step]
        }

    async def question(self, attempt: int, wanted: int, wait: float) -> str | None:
        """A question's text, waited for; None where there is none yet, or none any more.

        Raises ApiError 410 where another attempt runs: its number is in the document.
        """
        deadline = asyncio.get_running_loop().time() + wait
        while True:
            if attempt < self.attempt:
                raise ApiError(410, f"attempt {attempt} is over: go on with {self.attempt}")
            if attempt == self.attempt and wanted < len(self.questions):
                return self.questions[wanted]
            left = deadline - asyncio.get_running_loop().time()
            if self.ended or left <= 0:
                return None
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), left)

    def answer(self, reply: Reply) -> None:
        """Keeps an answer; the same one again is no harm. Raises ApiError 401, 403, 409 or 422."""
        entry = self._entries.get(reply.account)
        if entry is None or (self._asked and entry.side != self._asked):
            raise ApiError(403, "this account is not asked")
        if not reply.is_of(entry.key):
            raise ApiError(401, "the signature is not by the key that this member joined with")
        number_now = len(self.questions) - 1
        if not self._asked or (reply.attempt, reply.number) != (self.attempt, number_now):
            raise ApiError(409, "this question is not open")
        if reply.seen != "0x" + self._transcript.hex():
            raise ApiError(409, "she was asked something else than we asked", field="seen")
        if set(reply.values) != set(FIELDS[self._step]):
            raise ApiError(422, f"allowed: {', '.join(FIELDS[self._step])}", field="values")
        if self._answers.get(reply.account, reply.values) != reply.values:
            raise ApiError(409, "answered already, and otherwise")
        self._answers[reply.account] = reply.values
        if len(self._answers) == len(self._of(self._asked)):
            self._answered.set()

    def _announce(self) -> None:
        event, self._changed = self._changed, asyncio.Event()
        event.set()

    # --- what anybody may see -----------------------------------------------------------------

    def document(self) -> dict[str, Any]:
        found = self.agreement
        return {
            "id": self.id,
            "state": self.state,
            "trouble": self.trouble,
            "silent": self.silent,
            "joined": self.joined,
            "attempt": self.attempt,
            "questions": len(self.questions),
            "price_bounds": [self.terms.low, self.terms.high],
            "least": self.terms.least,
            "price": None if found is None else found.price,
            "paid": None if found is None else found.paid,
            "matching_probability": None if found is None else found.matched,
            "served_fraction": None if found is None else found.served,
        }
