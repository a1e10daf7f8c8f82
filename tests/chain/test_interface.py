"""Events of plain words are read without `eth_abi`, and say what it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from eth_abi.abi import encode
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak as keccak_of_the_library

from oracle.chain.client import Log
from oracle.chain.interface import CONTRACTS, Event, checksum, interface
from oracle.rounds.hashing import keccak


def random_value(kind: str, rng: np.random.Generator) -> object:
    if kind == "address":
        return to_checksum_address(rng.bytes(20))
    if kind == "bytes32":
        return rng.bytes(32)
    bits = int(kind.removeprefix("uint"))
    return int.from_bytes(rng.bytes(bits // 8), "big")


def logged(event: Event, values: dict[str, object]) -> Log:
    words = {name: encode([kind], [values[name]]) for name, kind, _ in event.parameters}
    indexed = [words[name] for name, _, at_top in event.parameters if at_top]
    data = b"".join(words[name] for name, _, at_top in event.parameters if not at_top)
    return Log("0x" + "aa" * 20, (event.topic, *indexed), data, 1, 0, bytes(32))


def test_every_event_of_plain_words_is_read_as_it_was_written() -> None:
    rng = np.random.default_rng(9)
    plain = {
        (event.name, event.topic): event
        for contract in CONTRACTS
        for event in interface(contract).events.values()
        if all(kind in {"address", "bytes32"} or (kind[:4] == "uint" and "[" not in kind)
               for _, kind, _ in event.parameters)
    }  # fmt: skip
    assert "TargetDeclared" in {name for name, _ in plain}
    assert len(plain) > 20
    for event in plain.values():
        values = {name: random_value(kind, rng) for name, kind, _ in event.parameters}
        log = logged(event, values)
        assert list(event.decode(log).items()) == list(values.items())
        # Longer data, as a later version might write it, goes the slow way to the same end.
        assert event.decode(replace(log, data=log.data + bytes(32))) == values


def test_addresses_and_hashes_are_the_library_s() -> None:
    rng = np.random.default_rng(10)
    for length in (0, 1, 20, 32, 135, 136, 137, 1000):
        data = rng.bytes(length)
        assert keccak(data) == keccak_of_the_library(data)
    for _ in range(50):
        address = rng.bytes(20)
        assert checksum(address) == to_checksum_address(address)
