"""An agent in a process of its own, spoken to line by line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


class Process:
    """An agent in another process; every message that passes is kept."""

    count = 1

    def __init__(self, program: Path, side: str, *words: object) -> None:
        self.side = side
        self.sent: list[dict[str, Any]] = []
        self.received: list[dict[str, Any]] = []
        self.child = subprocess.Popen(
            [sys.executable, str(program), side, *map(str, words)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def reply(self, ask: Any) -> dict[str, Any]:
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        self.sent.append(dict(ask))
        print(json.dumps(dict(ask)), file=self.child.stdin, flush=True)
        answer: dict[str, Any] = json.loads(self.child.stdout.readline())
        self.received.append(answer)
        return answer

    def close(self) -> None:
        assert self.child.stdin is not None
        self.child.stdin.close()
        assert self.child.wait(timeout=20) == 0
