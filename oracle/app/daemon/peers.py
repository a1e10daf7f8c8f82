"""The wire between edge servers: shares pushed until they arrive, and asked for where they lack."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

import httpx

from oracle.rounds.duty import Duty
from oracle.rounds.peer_messages import MOST_BYTES, SignatureShare, to_json
from oracle.rounds.report import Domain

PUSH = "/peer/signatures"
KEPT = "/peer/kept"
TIMEOUT_SECONDS = 5.0
ASK_SECONDS = 1.0
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
MOST_WAITING = 1000
MOST_ITEMS = 16


@dataclass(frozen=True)
class _Letter:
    about: str
    body: bytes
    expires: int


@dataclass(frozen=True)
class Delivery:
    """What came of sending to a peer. `about`: as `electricity:96`; `trouble`: what to say."""

    url: str
    about: str
    reached: bool
    trouble: str = ""


class Postman:
    """One peer's letters, in a thread of its own, so that a peer that is down holds up nobody."""

    def __init__(
        self, url: str, now: Callable[[], int], outcome: Callable[[Delivery], None]
    ) -> None:
        self.url, self._now, self._outcome = url, now, outcome
        self._letters: deque[_Letter] = deque(maxlen=MOST_WAITING)
        self._wake, self._over = threading.Condition(), False
        self._thread = threading.Thread(target=self._run, name=f"to {url}", daemon=True)
        self._thread.start()

    def post(self, about: str, body: bytes, expires: int) -> None:
        with self._wake:
            self._letters.append(_Letter(about, body, expires))
            self._wake.notify()

    def close(self) -> None:
        with self._wake:
            self._over = True
            self._wake.notify()
        self._thread.join(TIMEOUT_SECONDS + 1)

    def _run(self) -> None:
        pause, silent = FIRST_PAUSE, False
        with httpx.Client(timeout=TIMEOUT_SECONDS) as client:
            while True:
                with self._wake:
                    self._wake.wait_for(lambda: self._over or bool(self._letters))
                    if self._over:
                        return
                    letter = self._letters[0]
                if letter.expires <= self._now() or self._delivered(client, letter):
                    with self._wake:
                        if self._letters and self._letters[0] is letter:
                            self._letters.popleft()
                    pause, silent = FIRST_PAUSE, False
                    continue
                said = "" if silent else "a peer does not answer: trying on"
                self._outcome(Delivery(self.url, letter.about, False, said))
                silent = True
                with self._wake:
                    self._wake.wait_for(lambda: self._over, timeout=pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    def _delivered(self, client: httpx.Client, letter: _Letter) -> bool:
        """True also where the peer refuses it for good: sending it again would not help."""
        try:
            answer = client.post(
                self.url + PUSH, content=letter.body, headers={"content-type": "application/json"}
            )
        except httpx.HTTPError:
            return False
        if answer.status_code in (429, 500, 502, 503, 504):
            return False
        refused = f"a peer refused our signature: HTTP {answer.status_code}"
        said = "" if answer.status_code < 300 else refused
        self._outcome(Delivery(self.url, letter.about, True, said))
        return True


class Wire:
    """All peers of a server. `urls` by signer; `now` gives chain time."""

    def __init__(
        self,
        domain: Domain,
        me: str,
        urls: Mapping[str, str],
        now: Callable[[], int],
        outcome: Callable[[Delivery], None],
    ) -> None:
        self.domain, self.me, self.urls = domain, me, dict(urls)
        self._outcome = outcome
        self._postmen = {signer: Postman(url, now, outcome) for signer, url in urls.items()}
        self._askers = ThreadPoolExecutor(max(1, len(urls)), "asks")
        self._asked: dict[tuple[str, str], Future[list[bytes]]] = {}

    def tell(self, share: SignatureShare) -> None:
        """Hands a share to its receiver's postman; nothing to do for one without an address."""
        postman = self._postmen.get(share.receiver)
        if postman is not None:
            postman.post(share.name, to_json(share, self.domain), share.expires)

    def ask(self, duty: Duty) -> list[bytes]:
        """What the peers have signed for this duty, unchecked."""
        return [body for _, body in self._ask_all(PUSH, duty, "receiver")]

    def ask_own(self, duty: Duty) -> list[tuple[str, bytes]]:
        """What each peer, by its signer, holds of our own signatures, unchecked."""
        return self._ask_all(KEPT, duty, "sender")

    def _ask_all(self, path: str, duty: Duty, who: str) -> list[tuple[str, bytes]]:
        """All are asked at once. One that is slow holds up nobody: what it says is found by the
        next question."""
        for signer, url in self.urls.items():
            if (path, signer) not in self._asked:
                asked = self._askers.submit(self._ask_one, url, path, duty, who)
                self._asked[path, signer] = asked
        mine = {signer: future for (at, signer), future in self._asked.items() if at == path}
        answered = wait(mine.values(), timeout=ASK_SECONDS).done
        found = []
        for signer, future in mine.items():
            if future in answered:
                del self._asked[path, signer]
                found += [(signer, body) for body in future.result()]
        return found

    def _ask_one(self, url: str, path: str, duty: Duty, who: str) -> list[bytes]:
        question: dict[str, str | int] = {
            "feed": duty.feed.label,
            "epoch": duty.epoch,
            who: self.me,
        }
        try:
            with httpx.stream("GET", url + path, params=question, timeout=TIMEOUT_SECONDS) as it:
                found = _items(it)
        except httpx.HTTPError:
            self._outcome(Delivery(url, duty.name, False))
            return []
        self._outcome(Delivery(url, duty.name, True))
        return found

    def close(self) -> None:
        for postman in self._postmen.values():
            postman.close()
        self._askers.shutdown(wait=False, cancel_futures=True)


def _items(answer: httpx.Response) -> list[bytes]:
    """The lines of an answer, none longer than a message may be, and no more than a few."""
    if answer.status_code != 200:
        return []
    body = b""
    for piece in answer.iter_bytes():
        body += piece
        if len(body) > MOST_ITEMS * MOST_BYTES:
            return []
    return [line for line in body.split(b"\n") if line][:MOST_ITEMS]
