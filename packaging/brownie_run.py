"""Brownie, kept inside the clone: own home, a free port, our compiler, our nodes.

`.venv-brownie/bin/brownie` calls this with brownie's own arguments. What brownie would do alone:
write into the user's home, and attach without a word to whatever listens on port 8545.
BROWNIE_PORT names a port instead of a free one. The network that `wattmarket devnet up` started is
`wattmarket-geth`; WATTMARKET_DEVNET names its folder if it is not .wattmarket/devnet.
"""

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".tools" / "home"
DEVNET = "wattmarket-geth"


def choose_port() -> int:
    """BROWNIE_PORT if it is free, else any free port; SystemExit with one line otherwise."""
    wanted = os.environ.get("BROWNIE_PORT", "0")
    if not wanted.isdecimal() or int(wanted) > 65535:
        sys.exit(f"brownie: BROWNIE_PORT is {wanted!r}; allowed is a port from 1 to 65535")
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", int(wanted)))
        except OSError:
            sys.exit(f"brownie: port {wanted} is taken; name another in BROWNIE_PORT, or none")
        return int(probe.getsockname()[1])


def served() -> dict[str, Any] | None:
    """What `wattmarket devnet` has up; None without."""
    folder = Path(os.environ.get("WATTMARKET_DEVNET") or ROOT / ".wattmarket" / "devnet")
    try:
        found: dict[str, Any] = json.loads((folder / "served.json").read_text())
    except FileNotFoundError:
        return None
    return found


def as_network(served: dict[str, Any]) -> dict[str, str]:
    """The same as brownie describes a network."""
    return {
        "id": DEVNET,
        "name": "local Geth",
        "host": served["urls"][0],
        "chainid": str(served["chain_id"]),
    }


def home_with_port(folder: Path, port: int) -> None:
    """A home for one run: accounts and packages are the lasting ones, the nodes get the port."""
    lasting = HOME / ".brownie"
    for name in ("accounts", "packages"):
        (lasting / name).mkdir(parents=True, exist_ok=True)
    networks = lasting / "network-config.yaml"
    if not networks.exists():
        site = next((Path(sys.prefix) / "lib").glob("python3*/site-packages"))
        shutil.copyfile(site / "brownie" / "data" / "network-config.yaml", networks)
    config = yaml.safe_load(networks.read_text())
    for network in config["development"]:
        network["cmd_settings"]["port"] = port
    if (up := served()) is not None:
        config["live"].append({"name": "wattmarket", "networks": [as_network(up)]})
    own = folder / ".brownie"
    own.mkdir()
    for name in ("accounts", "packages"):
        (own / name).symlink_to(lasting / name)
    (own / "network-config.yaml").write_text(yaml.safe_dump(config))


def forget_old_build() -> None:
    """Brownie compiles again when a source changed, but not when the compiler's settings did."""
    settings = [ROOT / "packaging" / "solc.json", ROOT / "brownie-config.yaml"]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in settings)).hexdigest()
    mark = ROOT / "build" / ".compiler-settings"
    if not mark.exists() or mark.read_text() != digest:
        shutil.rmtree(ROOT / "build" / "contracts", ignore_errors=True)
        mark.parent.mkdir(exist_ok=True)
        mark.write_text(digest)


def forget_other_chain(served: dict[str, Any]) -> None:
    """Brownie remembers deployments by chain id alone, and ends where one is not there any more."""
    kept = ROOT / "build" / "deployments" / str(served["chain_id"])
    mark = kept / ".genesis"
    if not mark.exists() or mark.read_text() != served["genesis"]:
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        mark.write_text(served["genesis"])


def main() -> int:
    if DEVNET in sys.argv:
        up = served()
        if up is None:
            sys.exit(f"brownie: {DEVNET}: no network is up; `wattmarket devnet up` starts it")
        forget_other_chain(up)
    os.chdir(ROOT)
    tools = ROOT / ".tools"
    environment = dict(
        os.environ,
        SOLCX_BINARY_PATH=str(tools / "solcx"),
        PATH=f"{tools / 'bin'}{os.pathsep}{os.environ['PATH']}",
    )
    with tempfile.TemporaryDirectory(prefix="wattmarket-brownie-") as temporary:
        home_with_port(Path(temporary), choose_port())
        # `brownie networks` edits the lasting list; everything else gets the copy with the port.
        lasting = sys.argv[1:2] == ["networks"]
        environment["HOME"] = str(HOME) if lasting else temporary
        forget_old_build()
        start = "from brownie._cli.__main__ import main; main()"
        command = [sys.executable, "-c", start, *sys.argv[1:]]
        brownie = subprocess.Popen(command, env=environment)
        # Brownie stops its node at Ctrl-C; a plain end (a time limit in CI) becomes one.
        signal.signal(signal.SIGTERM, lambda *_: brownie.send_signal(signal.SIGINT))
        while True:
            try:
                return brownie.wait()
            except KeyboardInterrupt:
                continue  # brownie got it too, and stops its node


if __name__ == "__main__":
    sys.exit(main())
