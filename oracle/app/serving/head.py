"""The service's view of a running chain."""

from __future__ import annotations

from oracle.chain.client import ChainError, Client
from oracle.service.live import Head

PATIENCE = 3.0
"""Seconds for the node: whoever asks wants to know soon that it does not answer."""


class ChainHead:
    """The latest block of a node; None while it does not answer."""

    def __init__(self, url: str) -> None:
        self._client = Client(url, timeout=PATIENCE)

    def head(self) -> Head | None:
        try:
            block = self._client.block()
        except ChainError:
            return None
        return Head(block.number, block.timestamp)
