"""Compiled contracts: ABI and bytecode, as the release pipeline wrote them into the package."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from oracle import UserError

FOLDER = Path(__file__).parent / "artifacts"


class ArtifactMissing(UserError):
    """The contracts were not compiled."""


@dataclass(frozen=True)
class Artifact:
    """One contract. `bytecode` is the creation code without constructor arguments."""

    name: str
    abi: list[dict[str, Any]]
    bytecode: bytes
    runtime: bytes
    immutables: tuple[tuple[int, int], ...]


@cache
def artifact(name: str) -> Artifact:
    """Raises ArtifactMissing with the command that mends it."""
    path = FOLDER / f"{name}.json"
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ArtifactMissing(f"contract {name} is not compiled: run `make compile`") from error
    places = [
        (place["start"], place["length"])
        for reference in raw.get("immutableReferences", {}).values()
        for place in reference
    ]
    return Artifact(
        name=raw["name"],
        abi=raw["abi"],
        bytecode=bytes.fromhex(raw["bytecode"].removeprefix("0x")),
        runtime=bytes.fromhex(raw["deployedBytecode"].removeprefix("0x")),
        immutables=tuple(sorted(places)),
    )


def same_code(name: str, deployed: bytes) -> bool:
    """Whether code on chain is this contract's, whatever its immutables hold."""
    made = artifact(name)
    if len(deployed) != len(made.runtime):
        return False
    blank = bytearray(deployed)
    for start, length in made.immutables:
        blank[start : start + length] = bytes(length)
    return bytes(blank) == made.runtime
