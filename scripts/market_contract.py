"""The market at one address: the ABI of all parts of its code."""

from brownie import Contract, ElectricityTrading, MarketOffice, SettlementOffice


def abi():
    """Everything that can be called at the market's address, or comes from it."""
    whole = {_key(entry): entry for entry in ElectricityTrading.abi}
    for part in (MarketOffice, SettlementOffice):
        for entry in part.abi:
            whole.setdefault(_key(entry), entry)
    return list(whole.values())


def _key(entry):
    kinds = tuple(argument["type"] for argument in entry.get("inputs", ()))
    return entry["type"], entry.get("name"), () if entry["type"] == "constructor" else kinds


def at(address):
    """The market, with the functions of its offices."""
    return Contract.from_abi("ElectricityTrading", address, abi())
