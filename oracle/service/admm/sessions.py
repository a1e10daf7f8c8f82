"""All private clearings of a service."""

from __future__ import annotations

import asyncio

from oracle.service.admm.session import Session, Terms
from oracle.service.errors import ApiError

MOST_OPEN, MOST_KEPT = 4, 32


class Sessions:
    """The clearings of this process: a restart forgets them, and agents are told so by a 404."""

    def __init__(self) -> None:
        self._all: dict[str, tuple[Session, asyncio.Task[None]]] = {}

    def open(self, terms: Terms) -> Session:
        if sum(not session.ended for session, _ in self._all.values()) >= MOST_OPEN:
            raise ApiError(
                429, f"{MOST_OPEN} clearings are under way", headers={"Retry-After": "5"}
            )
        for name in [n for n, (s, _) in self._all.items() if s.ended][:-MOST_KEPT]:
            del self._all[name]
        session = Session(terms)
        self._all[session.id] = session, asyncio.create_task(session.run())
        return session

    def get(self, name: str) -> Session:
        if name not in self._all:
            raise ApiError(404, "no such clearing, or the service has been restarted")
        return self._all[name][0]

    async def close(self) -> None:
        """Ends those under way; their threads are done when this returns."""
        for session, _ in self._all.values():
            session.stop()
        await asyncio.gather(*(task for _, task in self._all.values()))
