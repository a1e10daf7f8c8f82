"""Calls of the tests as bytes: arguments at random for fuzz tests, from fixed seeds (ABI)."""

from __future__ import annotations

import random
import re
from typing import Any

Type = dict[str, Any]
Value = int | bytes | list["Value"]


def word(number: int) -> bytes:
    return (number % 2**256).to_bytes(32, "big")


def dynamic(kind: Type) -> bool:
    name: str = kind["type"]
    if name.endswith("[]") or name in ("bytes", "string"):
        return True
    if name.endswith("]"):
        return dynamic({**kind, "type": name[: name.rindex("[")]})
    return name == "tuple" and any(dynamic(part) for part in kind["components"])


def encode(kind: Type, value: Value) -> bytes:
    name: str = kind["type"]
    if name.endswith("]"):
        assert isinstance(value, list)
        inner = {**kind, "type": name[: name.rindex("[")]}
        body = encode_all([inner] * len(value), value)
        return (word(len(value)) if name.endswith("[]") else b"") + body
    if name == "tuple":
        assert isinstance(value, list)
        return encode_all(kind["components"], value)
    if name in ("bytes", "string"):
        assert isinstance(value, bytes)
        return word(len(value)) + value + bytes(-len(value) % 32)
    if name.startswith("bytes"):
        assert isinstance(value, bytes)
        return value.ljust(32, b"\0")
    assert isinstance(value, int)
    return word(value)


def encode_all(kinds: list[Type], values: list[Value]) -> bytes:
    parts = [encode(kind, value) for kind, value in zip(kinds, values, strict=True)]
    size = sum(32 if dynamic(kind) else len(part) for kind, part in zip(kinds, parts, strict=True))
    head, tail = b"", b""
    for kind, part in zip(kinds, parts, strict=True):
        if dynamic(kind):
            head += word(size + len(tail))
            tail += part
        else:
            head += part
    return head + tail


def some(kind: Type, rng: random.Random) -> Value:
    """A value of the type: all sizes alike, the ends often."""
    name: str = kind["type"]
    if name.endswith("]"):
        inner = {**kind, "type": name[: name.rindex("[")]}
        length = name[name.rindex("[") + 1 : -1]
        return [some(inner, rng) for _ in range(int(length) if length else rng.randrange(9))]
    if name == "tuple":
        return [some(part, rng) for part in kind["components"]]
    if name in ("bytes", "string"):
        return rng.randbytes(rng.choice((0, 1, 31, 32, 65, rng.randrange(200))))
    if name.startswith("bytes"):
        return rng.randbytes(int(name[5:]))
    if name == "bool":
        return rng.randrange(2)
    if name == "address":
        return rng.getrandbits(160)
    found = re.fullmatch(r"(u?)int(\d+)", name)
    assert found, name
    bits = int(found[2])
    if found[1]:
        ends = (0, 1, 2**bits - 1)
        return rng.choice(ends) if rng.random() < 0.2 else rng.getrandbits(rng.randint(1, bits))
    ends = (0, 1, -1, 2 ** (bits - 1) - 1, -(2 ** (bits - 1)))
    if rng.random() < 0.2:
        return rng.choice(ends)
    return rng.choice((1, -1)) * rng.getrandbits(rng.randint(1, bits - 1))


def call(selector: str, kinds: list[Type], rng: random.Random) -> bytes:
    values = [some(kind, rng) for kind in kinds]
    return bytes.fromhex(selector) + encode_all(kinds, values)
