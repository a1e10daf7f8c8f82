"""The market and the oracle, each at one address: the ABI of all parts of their code."""

from brownie import (
    Contract,
    ElectricityTrading,
    EquilibriumOracle,
    MarketOffice,
    OracleTribunal,
    SettlementOffice,
)


def abi(first, *others):
    """Everything that can be called at the address of `first`, or comes from it."""
    whole = {_key(entry): entry for entry in first.abi}
    for part in others:
        for entry in part.abi:
            whole.setdefault(_key(entry), entry)
    return list(whole.values())


def _key(entry):
    kinds = tuple(argument["type"] for argument in entry.get("inputs", ()))
    return entry["type"], entry.get("name"), () if entry["type"] == "constructor" else kinds


def at(address):
    """The market, with the functions of its offices."""
    whole = abi(ElectricityTrading, MarketOffice, SettlementOffice)
    return Contract.from_abi("ElectricityTrading", address, whole)


def oracle_at(address):
    """The oracle, with the functions of its tribunal."""
    whole = abi(EquilibriumOracle, OracleTribunal)
    return Contract.from_abi("EquilibriumOracle", address, whole)
