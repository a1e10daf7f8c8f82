"""One edge server as a process that strikes itself where the file beside its configuration says.

`python -m chaos.launcher oracle.toml`: the daemon of `wattmarket oracle start`, but for taps
around its effects. `armed.json` says {"effect", "when", "do": "kill" or "fill"}; what was done is
told by a file named `struck`. A disk that was filled has room again when `room` appears.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from chaos.taps import Tap
from oracle.app.daemon.durable import Durable
from oracle.app.daemon.peers import Wire
from oracle.app.daemon.start import start
from oracle.chain.rpc_pool import AgreedClient
from oracle.chain.signer import Signer


def arm(folder: Path) -> None:
    armed, room = folder / "armed.json", folder / "room"

    def heard(effect: str, when: str) -> None:
        if not armed.exists():
            return
        order = json.loads(armed.read_text())
        if (order["effect"], order["when"]) != (effect, when):
            return
        armed.unlink()
        (folder / "struck").touch()
        if order["do"] == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        threading.Thread(target=make_room, daemon=True).start()

    def make_room() -> None:
        while not room.exists():
            time.sleep(0.05)
        limit = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)

    tap, counts = Tap(heard), Counter[tuple[str, str]]()

    def numbered(effect: str) -> Callable[[Any], str]:
        """By posting: the first that is told, the second."""

        def name(share: Any) -> str:
            counts[effect, share.name] += 1
            return f"{effect} {counts[effect, share.name]}"

        return name

    tap_method(tap, Durable, "claim", lambda *_: "claim")
    tap_method(tap, Durable, "keep_signature", lambda *_: "keep signature")
    tap_method(tap, Durable, "hear", lambda share, _: numbered_hear(share))
    for name in ("add", "save"):
        tap_method(tap, Durable, name, lambda entry: f"save {entry.state}")
    tap_method(tap, Signer, "sign_digest", lambda _: "sign")
    tap_method(tap, Signer, "sign_transaction", lambda _: "sign transaction")
    tap_method(tap, AgreedClient, "send_raw", lambda _: "send")
    tap_method(tap, Wire, "tell", numbered("tell"))
    numbered_hear = numbered("hear")


def tap_method(tap: Tap, owner: type, name: str, effect: Callable[..., str]) -> None:
    inner = getattr(owner, name)

    def around(self: Any, *words: Any) -> Any:
        return tap.run(effect(*words), lambda: inner(self, *words))

    setattr(owner, name, around)


def skew(seconds: int) -> None:
    """This process's idea of the time of day."""
    true = time.time
    time.time = lambda: true() + seconds


if __name__ == "__main__":
    file = Path(sys.argv[1])
    arm(file.parent)
    skew(int(os.environ.get("CHAOS_SKEW", "0")))
    sys.exit(start(file, dry_run=False))
