"""The service's view of a running chain."""

from __future__ import annotations

from oracle.chain.client import ChainError, Client
from oracle.service.live import Head


class ChainHead:
    """The latest block of a node; None while it does not answer."""

    def __init__(self, url: str) -> None:
        self._client = Client(url)

    def head(self) -> Head | None:
        try:
            block = self._client.block()
        except ChainError:
            return None
        return Head(block.number, block.timestamp)
