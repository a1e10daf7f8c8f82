"""Finds names, salts and readings in whatever a program gives away, however they are written."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from eth_utils.crypto import keccak

NAME, SALT, READING = "name", "salt", "reading"
# A number by itself: no part of a hash, a word, or an address.
NUMBER = re.compile(rb"(?<![\w.])[0-9][0-9_.]*(?!\w)")
GROUPED = re.compile(rb"(?<![\w.])[0-9]{1,3}(?:,[0-9]{3})+(?!\w)")
REGISTER_BYTES = 8


@dataclass(frozen=True)
class Secrets:
    """What nobody may find: of each member her name, her salts and what her meter showed, in Wh."""

    names: tuple[str, ...]
    salts: Mapping[str, bytes]
    readings: Mapping[str, frozenset[int]]


@dataclass(frozen=True)
class Place:
    """Where somebody could look, and the bytes that are there."""

    label: str
    data: bytes


@dataclass(frozen=True)
class Finding:
    place: str
    kind: str
    member: str


def search(places: Iterable[Place], secrets: Secrets) -> set[Finding]:
    """Everything of anybody that is anywhere."""
    return {
        Finding(place.label, kind, member)
        for place in places
        for kind, member in _found(place.data, secrets)
    }


def _found(data: bytes, secrets: Secrets) -> Iterator[tuple[str, str]]:
    lower = data.decode(errors="replace").lower().encode()
    for name in secrets.names:
        if any(form in lower for form in _texts(name)) or any(h in data for h in _hashes(name)):
            yield NAME, name
    for name, salt in secrets.salts.items():
        if salt in data or salt.hex().encode() in lower:
            yield SALT, name
    # A comma ends a number, as in a CSV, or groups it.
    written = (*NUMBER.findall(data), *GROUPED.findall(data))
    numbers = {re.sub(rb"\D", b"", text).rstrip(b"0") for text in written}
    for name, readings in secrets.readings.items():
        if any(_holds(reading, data, lower, numbers) for reading in readings):
            yield READING, name


def _texts(name: str) -> Iterator[bytes]:
    """As text, as JSON, as hex."""
    yield name.lower().encode()
    yield json.dumps(name)[1:-1].lower().encode()
    yield name.encode().hex().encode()
    yield from (made.hex().encode() for made in _hashes(name))


def _hashes(name: str) -> tuple[bytes, bytes]:
    """What anybody could make of a list of names."""
    return keccak(name.encode()), hashlib.sha256(name.encode()).digest()


def _holds(reading: int, data: bytes, lower: bytes, numbers: set[bytes]) -> bool:
    """As a number in Wh or kWh, or as a register's 64 bits."""
    word = reading.to_bytes(REGISTER_BYTES, "big")
    return str(reading).encode() in numbers or word in data or word.hex().encode() in lower
