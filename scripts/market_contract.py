"""The market at one address: the ABI of both halves of its code."""

from brownie import Contract, ElectricityTrading, MarketOffice


def abi():
    """Everything that can be called at the market's address, or comes from it."""
    both = list(ElectricityTrading.abi)
    known = [_key(entry) for entry in both]
    for entry in MarketOffice.abi:
        if entry["type"] != "constructor" and _key(entry) not in known:
            both.append(entry)
    return both


def _key(entry):
    kinds = [argument["type"] for argument in entry.get("inputs", ())]
    return entry["type"], entry.get("name"), kinds


def at(address):
    """The market, with the functions of its office."""
    return Contract.from_abi("ElectricityTrading", address, abi())
