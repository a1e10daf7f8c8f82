"""`deployment.toml`: what a deployment is, for every program that uses it."""

import tomllib

from brownie import chain, web3

from scripts.settings import refuse


def genesis():
    return "0x" + bytes(web3.eth.get_block(0)["hash"]).hex()


def to_toml(deployment):
    """The file's text. Integers above 64 bits are strings, because TOML's end there."""
    lines = [
        f"chain_id = {deployment['chain_id']}",
        f'genesis = "{deployment["genesis"]}"',
        f"block = {deployment['block']}",
        f"depth = {deployment['depth']}",
        f'unit_power_price = "{deployment["unit_power_price"]}"',
        "",
        "[contracts]",
        *(f'{name} = "{at}"' for name, at in deployment["contracts"].items()),
        "",
        "[schedule]",
        *(f"{name} = {value}" for name, value in deployment["schedule"].items()),
        "",
        "[terms]",
        *(f'{name} = "{value}"' for name, value in deployment["terms"].items()),
    ]
    return "\n".join(lines) + "\n"


def write(path, deployment):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(to_toml(deployment), encoding="utf-8")


def of_this_chain(path):
    """The deployment in the file if its contracts are on the attached chain, else None."""
    try:
        deployment = tomllib.loads(path.read_text(encoding="utf-8"))
        markets = deployment["contracts"]["ElectricityTrading"]
        same = (deployment["chain_id"], deployment["genesis"]) == (chain.id, genesis())
    except FileNotFoundError:
        return None
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        refuse(f"{path}: {type(error).__name__}: {error}")
    return deployment if same and len(web3.eth.get_code(markets)) else None
