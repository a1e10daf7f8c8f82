"""What a private Geth network lies in: keys, genesis, who its peers are, the ports of each node."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_keys.datatypes import PrivateKey

from oracle import UserError
from oracle.devnet.accounts import CHAIN_ID, development_key
from oracle.devnet.ports import HOST

VERSION = "1.13.15"
"""The last Geth that seals with Clique."""
GAS_LIMIT = 30_000_000
FAUCET_FUNDS = 10**9 * 10**18
MOST_NODES = 9
SLOWEST = 60
"""Most seconds a block."""
NETWORK, GENESIS, PASSWORD = "network.json", "genesis.json", "password"
_VANITY, _SEAL = 32, 65
_LONGEST_SOCKET = 100
_FORKS = (
    "homestead", "eip150", "eip155", "eip158", "byzantium", "constantinople", "petersburg",
    "istanbul", "berlin", "london",
)  # fmt: skip


class GethError(UserError):
    """Geth is not there, did not start, or its folder holds something else."""


@dataclass(frozen=True)
class NodeFacts:
    """One node: where it lies, where it listens, whose blocks it seals."""

    name: str
    port: int
    rpc_port: int
    auth_port: int
    socket: str
    sealer: str
    enode: str

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.rpc_port}"


@dataclass(frozen=True)
class Facts:
    """The network, as network.json holds it. Nodes are in the order of their sealers' addresses."""

    chain_id: int
    block_seconds: int
    faucet: str
    nodes: tuple[NodeFacts, ...]


def faucet_key() -> bytes:
    """The development key that holds all coins; each node has it unlocked, as its first account."""
    return development_key(0, "faucet")


def find_geth() -> Path:
    """Geth 1.13.15 of this checkout's tools, else from PATH. Raises GethError, one line."""
    own = Path(__file__).resolve().parents[3] / ".tools" / "bin" / "geth"
    found = own if os.access(own, os.X_OK) else Path(shutil.which("geth") or "")
    if not found.name:
        raise GethError(f"geth is not installed: run `make geth`, or put geth {VERSION} on PATH")
    said = subprocess.run([found, "version"], capture_output=True, text=True, check=False).stdout
    version = next((line for line in said.splitlines() if line.startswith("Version:")), "none")
    if version.split()[-1].split("-")[0] != VERSION:
        raise GethError(
            f"{found}: {version.removeprefix('Version:').strip()}: must be {VERSION}, "
            "the last with Clique; `make geth` builds it"
        )
    return found


def load(folder: Path) -> Facts:
    """Raises GethError where no network lies."""
    path = folder / NETWORK
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        nodes = tuple(NodeFacts(**node) for node in document.pop("nodes"))
        return Facts(nodes=nodes, **document)
    except FileNotFoundError:
        raise GethError(f"{folder}: no network there") from None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise GethError(f"{path}: not a network's file: {error}") from None


def check(nodes: int, block_seconds: int) -> None:
    """Raises GethError for a network of no such size or pace."""
    if not 1 <= nodes <= MOST_NODES:
        raise GethError(f"--nodes: {nodes}: must be from 1 to {MOST_NODES}")
    if not 1 <= block_seconds <= SLOWEST:
        raise GethError(f"--block-seconds: {block_seconds}: must be from 1 to {SLOWEST}")


def create(folder: Path, nodes: int, block_seconds: int) -> Facts:
    """Keys, genesis and accounts of a new network, each node in a folder of its own.

    Sealers' and nodes' keys are random, so no two networks have the same first block.
    """
    check(nodes, block_seconds)
    sealers = sorted((secrets.token_bytes(32) for _ in range(nodes)), key=_address)
    wires = [secrets.token_bytes(32) for _ in range(nodes)]
    ports = _free_ports(3 * nodes)
    sockets = tempfile.mkdtemp(prefix="wattmarket-geth-", dir=_socket_parent())
    password = secrets.token_hex(16)
    # Geth takes what follows a line break for the next account's password.
    _private(folder / PASSWORD, password)
    made = []
    for i, (sealer, wire) in enumerate(zip(sealers, wires, strict=True)):
        name, place = f"node-{i}", folder / f"node-{i}"
        # Geth offers accounts in the order of their files: who asks for one gets the faucet.
        for file, key in (("1-faucet", faucet_key()), ("2-sealer", sealer)):
            _private(place / "keystore" / file, json.dumps(_locked(key, password)))
        _private(place / "geth" / "nodekey", wire.hex())
        port, rpc_port, auth_port = ports[3 * i : 3 * i + 3]
        public = PrivateKey(wire).public_key.to_hex().removeprefix("0x")
        enode = f"enode://{public}@{HOST}:{port}?discport=0"
        control = str(Path(sockets) / f"{i}.ipc")
        made.append(NodeFacts(name, port, rpc_port, auth_port, control, _address(sealer), enode))
    facts = Facts(CHAIN_ID, block_seconds, _address(faucet_key()), tuple(made))
    document = genesis([node.sealer for node in made], facts.faucet, block_seconds)
    _private(folder / GENESIS, json.dumps(document, indent=1))
    _private(folder / NETWORK, json.dumps(asdict(facts), indent=1))
    return facts


def genesis(sealers: Sequence[str], faucet: str, block_seconds: int) -> dict[str, Any]:
    """The first block: every fork to London, Clique, no base fee, all coins with the faucet.

    `sealers` ascend; EIP-225 wants them so between the vanity and the seal of the extra data.
    """
    listed = "".join(sealer.removeprefix("0x").lower() for sealer in sealers)
    return {
        "config": {
            "chainId": CHAIN_ID,
            **{f"{fork}Block": 0 for fork in _FORKS},
            "clique": {"period": block_seconds, "epoch": 30_000},
        },
        "difficulty": "0x1",
        "gasLimit": hex(GAS_LIMIT),
        # Full blocks raise it by a wei at a time: it stays next to nothing.
        "baseFeePerGas": "0x0",
        "timestamp": hex(int(time.time())),
        "extradata": "0x" + "00" * _VANITY + listed + "00" * _SEAL,
        "alloc": {faucet.removeprefix("0x"): {"balance": hex(FAUCET_FUNDS)}},
    }


def write_peers(folder: Path, facts: Facts, index: int, linked: Collection[int]) -> Path:
    """The settings of node `index` with those whom it dials and trusts; they survive restarts."""
    peers = json.dumps([facts.nodes[other].enode for other in sorted(linked)])
    node = facts.nodes[index]
    lines = (
        "[Node.P2P]",
        f'ListenAddr = "{HOST}:{node.port}"',
        "NoDiscovery = true",
        # A node dials all its peers, and asks for blocks as soon as they are there.
        f"MaxPeers = {max(1, len(facts.nodes) - 1)}",
        "DialRatio = 1",
        f"StaticNodes = {peers}",
        f"TrustedNodes = {peers}",
    )
    path = folder / node.name / "node.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def remove(folder: Path) -> None:
    """Everything that `create` and the nodes left; what is not the network's stays."""
    with contextlib.suppress(GethError):
        for node in load(folder).nodes:
            shutil.rmtree(folder / node.name, ignore_errors=True)
            shutil.rmtree(Path(node.socket).parent, ignore_errors=True)
    for name in (GENESIS, PASSWORD, NETWORK):
        (folder / name).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        folder.rmdir()


def _address(key: bytes) -> str:
    return str(Account.from_key(key).address)


def _locked(key: bytes, password: str) -> Any:
    # Sealers hold nothing and the faucet's key is known: few rounds of stretching, a quick start.
    return Account.encrypt(key, password, kdf="scrypt", iterations=2)


def _private(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    handle = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    part.replace(path)


def _socket_parent() -> str | None:
    """A folder whose name is short enough for a Unix socket in it; None for the usual one."""
    usual = tempfile.gettempdir()
    return None if len(usual) + 32 < _LONGEST_SOCKET else "/tmp"


def _free_ports(count: int) -> list[int]:
    """Different ones: all are held until the last is known."""
    with contextlib.ExitStack() as held:
        ports = []
        for _ in range(count):
            probe = held.enter_context(socket.socket())
            probe.bind((HOST, 0))
            ports.append(int(probe.getsockname()[1]))
        return ports
