"""Blocks that come by themselves, for commands that wait for them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from oracle.chain.client import Client


@contextmanager
def automatic(client: Client) -> Iterator[None]:
    """Blocks come by themselves, two seconds apart, as long as something waits for one.

    Not Anvil's own way: that leaves in the pool what did not fit into a block.
    """
    client.request("anvil_setBlockTimestampInterval", 2)
    for _ in range(30):
        client.request("evm_mine")
    over, own = threading.Event(), Client(client.url)

    def mine() -> None:
        while not over.wait(0.05):
            if int(own.request("txpool_status")["pending"], 16):
                own.request("evm_mine")

    miner = threading.Thread(target=mine)
    miner.start()
    try:
        yield
    finally:
        over.set()
        miner.join()
        client.request("anvil_removeBlockTimestampInterval")
