"""How far an edge server is with a duty, and what it says of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """How far a duty is, for logs and metrics."""

    WAITING = "waiting"  # the input block is not deep enough
    QUIET = "quiet"  # nothing was declared: nothing to price
    SIGNED = "signed"
    POSTING = "posting"
    POSTED = "posted"
    UNCHECKED = "posted, not yet checked"
    SKIPPED = "skipped"
    UNSURE = "unsure"  # restored: perhaps it was signed before
    OUTSIDE = "outside"  # this server is not in the set
    REPLACED = "replaced"  # signed for a set of servers that is no more
    CONTRADICTED = "contradicted"  # another report stands on chain
    MISSED = "missed"  # its window closed and nothing stands on chain


DONE = frozenset({Standing.QUIET, Standing.POSTED, Standing.UNCHECKED, Standing.CONTRADICTED})
ALARMS = frozenset({Standing.CONTRADICTED, Standing.MISSED})
SAID = {
    Standing.CONTRADICTED: "another report stands on chain than the one signed here",
    Standing.OUTSIDE: "this server is not in the market's set of servers",
    Standing.REPLACED: "the set of servers was replaced: its reports died with it",
    Standing.UNSURE: "restored, and perhaps it was signed before: left out",
    Standing.SKIPPED: "the input block is gone, or another digest was signed: left out",
    Standing.MISSED: "its window has closed and nothing stands on chain",
}


@dataclass(frozen=True)
class Note:
    """Something that an operator should be able to see. `alarm`: and be woken for.

    `duty`: as `electricity:96`; `standing`: what the duty came to, where that is what is said.
    """

    duty: str
    text: str
    alarm: bool = False
    standing: Standing | None = None
