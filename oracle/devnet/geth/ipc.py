"""A node's control line: its Unix socket, where `admin`, `miner` and `debug` answer too."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

TIMEOUT_SECONDS = 5.0


class NodeSilent(Exception):
    """The node does not answer, or answers with an error."""


def call(path: Path, method: str, *params: Any, timeout: float = TIMEOUT_SECONDS) -> Any:
    """One request. Raises NodeSilent."""
    question = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(timeout)
            line.connect(str(path))
            line.sendall(json.dumps(question).encode() + b"\n")
            with line.makefile("rb") as answers:
                answer = json.loads(answers.readline())
    except (OSError, ValueError) as error:
        raise NodeSilent(f"{method}: {error}") from error
    if "error" in answer:
        raise NodeSilent(f"{method}: {answer['error'].get('message')}")
    return answer.get("result")
