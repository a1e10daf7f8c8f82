"""A market's contracts as the service sees them, held in a dictionary: the real ones are met in
tests/app."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from oracle.service.ports import Joined, JoinError, Rights


def entry(account: str, **changes: object) -> Rights:
    fields: dict[str, object] = {
        "account": account, "zone": 0, "generation": False, "trading": False,
        "name_hash": "0x" + "00" * 32, "deposit_wei": 0, "rated_watts": 0, "meter": None,
    }  # fmt: skip
    return Rights(**fields | changes)


@dataclass
class Office:
    """`readable` False: the chain does not answer."""

    holder: str | None = None
    entries: dict[str, Rights] = field(default_factory=dict)
    readable: bool = True

    def administrator(self) -> str | None:
        return self.holder if self.readable else None

    def rights(self, account: str) -> Rights | None:
        return self.entries.get(account, entry(account)) if self.readable else None

    def members(self, offset: int, limit: int) -> Sequence[Rights] | None:
        return list(self.entries.values())[offset : offset + limit] if self.readable else None

    def empower(self, account: str, name_hash: str, **changes: object) -> None:
        given = {"generation": True, "trading": True, "name_hash": name_hash} | changes
        self.entries[account] = entry(account, **given)


@dataclass
class Steward:
    """Lets everybody in, or says why not; notes whom."""

    office: Office
    trouble: str | None = None
    let_in: list[tuple[str, str | None]] = field(default_factory=list)

    def join(self, account: str, name: str | None) -> Joined:
        if self.trouble:
            raise JoinError(self.trouble)
        self.let_in.append((account, name))
        self.office.empower(account, "0x" + "55" * 32, meter="0x" + "7" * 40)
        return Joined(account, ("0x" + "11" * 32,), "0x" + "7" * 40)
