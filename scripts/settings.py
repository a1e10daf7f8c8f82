"""What the scripts ask of the environment and of the chain; a refusal is one line and exit 2."""

import os
import sys
from pathlib import Path

from brownie import accounts, chain, web3
from eth_utils import is_address, keccak, to_checksum_address

from scripts.market_config import DEVELOPMENT_CHAINS, MOST_BLOCKS_TO_START

ROOT = Path(__file__).resolve().parent.parent


def refuse(line):
    """Ends the script with one line."""
    print(line, file=sys.stderr)
    raise SystemExit(2)


def deployment_path():
    return Path(os.environ.get("WATTMARKET_DEPLOYMENT") or ROOT / "build" / "deployment.toml")


def on_development_chain():
    return chain.id in DEVELOPMENT_CHAINS


def require_development_chain():
    """Refuses a chain on which keys that anyone can derive must not hold anything."""
    if not on_development_chain():
        allowed = ", ".join(map(str, DEVELOPMENT_CHAINS))
        refuse(f"chain id {chain.id}: development keys are refused there; allowed: {allowed}")


def development_account(name):
    """The account that anyone can derive from `name`, on development chains alone."""
    require_development_chain()
    return accounts.add(keccak(text=f"wattmarket brownie development key {name}"))


def deployer():
    """accounts[0] of a development chain, or the keystore account named in WATTMARKET_ACCOUNT."""
    name = os.environ.get("WATTMARKET_ACCOUNT")
    if name:
        try:
            return accounts.load(name)
        except FileNotFoundError:
            refuse(f"WATTMARKET_ACCOUNT: {name}: no such account; see `brownie accounts list`")
        except ValueError as error:
            refuse(f"WATTMARKET_ACCOUNT: {name}: {error}")
    if not on_development_chain():
        refuse(
            f"WATTMARKET_ACCOUNT: missing: chain id {chain.id} is no development chain, so it must "
            "name an account of `brownie accounts list`"
        )
    if len(accounts) == 0:
        refuse("WATTMARKET_ACCOUNT: missing: the node offers no account of its own")
    return accounts[0]


def address(variable, default=None):
    """The address in an environment variable."""
    value = os.environ.get(variable) or default
    if value is None:
        refuse(f"{variable}: missing: must be an address")
    if not is_address(value):
        refuse(f"{variable}: {value}: must be an address")
    return to_checksum_address(value)


def edge_servers(variable="WATTMARKET_EDGE_SERVERS"):
    """[(signer, operator)] from `signer:operator,signer:operator,…`, an odd number of them."""
    value = os.environ.get(variable, "")
    pairs = [tuple(pair.split(":")) for pair in value.split(",") if pair]
    if len(pairs) % 2 == 0 or any(len(p) != 2 or not all(map(is_address, p)) for p in pairs):
        refuse(f"{variable}: {value or 'missing'}: must be an odd number of signer:operator pairs")
    return [(to_checksum_address(signer), to_checksum_address(who)) for signer, who in pairs]


def number(variable, default, kind):
    """A number, not below 0, from an environment variable."""
    text = os.environ.get(variable)
    if not text:
        return default
    try:
        value = kind(text)
    except ValueError:
        value = -1
    if not 0 <= value < 1e6:
        refuse(f"{variable}: {text}: must be a number from 0 to 1000000")
    return value


def depth():
    """Blocks that a block must lie deep before the servers read it."""
    return number("WATTMARKET_DEPTH", 0, int)


def block_seconds():
    """Seconds between blocks: WATTMARKET_BLOCK_SECONDS, else 1 on a development chain (it mines
    when it is asked), else the mean of the last 20 blocks."""
    given = number("WATTMARKET_BLOCK_SECONDS", None, float)
    if given is not None or on_development_chain():
        return given or 1
    last = web3.eth.get_block("latest")
    span = min(20, last["number"])
    if span == 0:
        refuse("WATTMARKET_BLOCK_SECONDS: missing: the chain has no blocks to measure")
    return (last["timestamp"] - web3.eth.get_block(last["number"] - span)["timestamp"]) / span


def check_leads(clock, seconds, deep):
    """A lead holds (depth + 4) blocks, so that a report can be posted, and at most 200."""
    for name in ("declaration_lead", "elecoin_lead"):
        lead, least, most = clock[name], (deep + 4) * seconds, MOST_BLOCKS_TO_START * seconds
        if not least <= lead <= most:
            refuse(
                f"SCHEDULE {name}: {lead} s: with a block every {seconds:g} s and depth {deep} it "
                f"must be from {least:g} to {most:g} s"
            )
