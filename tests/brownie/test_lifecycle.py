"""A period from declarations to closing, twice, on a real chain: energy and money to the last unit.

Prices are solved here, by `equilibrium`, from what the members declared.
"""

from typing import NamedTuple

import brownie
import equilibrium
import pytest
from brownie import accounts, web3
from market_day import ELECOIN, ELECTRICITY, MEMBER, ceil_div, posted_value, until

from scripts.market_config import (
    FEED_IN,
    INITIAL_REPUTATION,
    NEVER_SELLS,
    REDEMPTION,
    RETAIL,
    SUPPLY,
    TARGET_PRICE,
    TAU,
    TICK,
    TOLERANCE_BPS,
    WAD,
)
from scripts.seed_market import target_word

PERIOD = EPOCH = ROUND = 0
SELLERS, BUYERS = ("anna", "bela"), ("cleo", "dario")
# A Wh at a price of one tick.
CREDIT = 10**9
FLOOR = ceil_div(FEED_IN * WAD, REDEMPTION)


class Case(NamedTuple):
    """Declared net Wh, and what the meters show: (generated, consumed) in Wh."""

    scale: int
    declared: dict
    metered: dict
    refused: bool


CASES = {
    # Demand exceeds supply at the floor. Meters differ from targets, anna's beyond the tolerance.
    "scarce": Case(
        1,
        {"anna": 1500, "bela": 600, "cleo": -1200, "dario": -2000, "emil": 700},
        {
            "anna": (1900, 203),
            "bela": (611, 20),
            "cleo": (0, 1207),
            "dario": (0, 1843),
            "emil": (701, 0),
        },
        True,
    ),
    # More than one MWh is sold at the floor, where not all that is offered finds a buyer.
    "glut": Case(
        1000,
        {"anna": 1500, "bela": 600, "cleo": -800, "dario": -300, "emil": 0},
        {
            "anna": (1500, 0),
            "bela": (600, 0),
            "cleo": (0, 800),
            "dario": (0, 301),
            "emil": (0, 10),
        },
        False,
    ),
}


class Books:
    """What every account should hold, kept beside the contract from first principles."""

    def __init__(self, market):
        self.deposit = dict.fromkeys(MEMBER, 0)
        self.proceeds = dict.fromkeys(MEMBER, 0)
        self.waiting = dict.fromkeys(BUYERS, (0, 0))
        self.network = self.levy = self.circulating = 0
        self.coins = market.balance()
        self.sold = dict.fromkeys(MEMBER, 0)
        self.bought = dict.fromkeys(MEMBER, 0)
        self.purchases = {name: [] for name in BUYERS}

    def charge(self, buyer, network, levy):
        """Fees wait until her period closes, unless one no longer fits its 32 bits."""
        before = self.waiting[buyer]
        self.waiting[buyer] = (before[0] + network, before[1] + levy)
        if max(self.waiting[buyer]) >= CREDIT << 32:
            self.book_fees(buyer)

    def book_fees(self, buyer):
        network, levy = self.waiting[buyer]
        self.network, self.levy = self.network + network, self.levy + levy
        self.waiting[buyer] = (0, 0)

    def check(self, day):
        for name, deposit in self.deposit.items():
            assert day.market.account(day.account(name))["deposit"] == deposit, name
        assert (day.market.networkFees(), day.market.levyFees()) == (self.network, self.levy)
        held = sum((*self.deposit.values(), *self.proceeds.values())) + self.network + self.levy
        held += sum(network + levy for network, levy in self.waiting.values())
        assert day.elecoin.balanceOf(day.market) == held
        assert day.elecoin.totalSupply() == self.circulating
        assert day.market.balance() == self.coins
        assert self.coins >= ceil_div(self.circulating * REDEMPTION, WAD)


@pytest.fixture(params=CASES)
def case(request, day):
    chosen = CASES[request.param]
    if chosen.scale == 1:
        return chosen
    for name, member in MEMBER.items():
        rights = (member.may_sell, True, member.rated_power * chosen.scale)
        day.market.empower(
            day.account(name), b"\1", member.zone, *rights, {"from": day.administrator}
        )
    for giver, name in zip(accounts[1:3], BUYERS, strict=True):
        giver.transfer(day.account(name), 400 * WAD)

    def larger(net):
        return tuple(part * chosen.scale for part in net)

    return chosen._replace(
        declared={name: net * chosen.scale for name, net in chosen.declared.items()},
        metered={name: larger(net) for name, net in chosen.metered.items()},
    )


def price_elecoins(day):
    """Needs, and the price that two of three edge servers sign. Returns it in wei."""
    folded = bytes(32)
    for name, member in MEMBER.items():
        if member.need:
            who = day.account(name)
            day.market.declareNeed(EPOCH, member.need, {"from": who})
            entry = bytes.fromhex(who.address[2:]).rjust(32, b"\0") + member.need.to_bytes(32)
            folded = web3.keccak(folded + entry)
    until(day.need_deadline(EPOCH))
    assert day.oracle.elecoinPrice(EPOCH) == (REDEMPTION, True)
    ticks = equilibrium.elecoin(day.deployment["terms"], [m.need for m in MEMBER.values()])
    change = equilibrium.supply_change(SUPPLY, TARGET_PRICE, ticks * TICK)
    report = day.report(ELECOIN, EPOCH, posted_value(ticks, change % 2**64))
    assert report[5] == bytes(folded)
    posted = day.post(report).events["Posted"]
    assert (posted["feed"], posted["epoch"], posted["signers"]) == (ELECOIN, EPOCH, 0b11)
    assert day.oracle.elecoinPrice(EPOCH) == (ticks * TICK, False)
    assert day.oracle.supplyChange() == change * 10**9
    reader = day.contracts["ElecoinPriceReader"].latestRoundData()
    assert (reader[0], reader[1], reader[4]) == (EPOCH, ticks * TICK, EPOCH)
    return ticks * TICK


def targets(case, elecoin_price):
    """{name: (net, price, limit)}: a buyer's value is the grid's price less her cheapest fee."""
    worth = (RETAIL - 25_000) * WAD // elecoin_price
    limit = RETAIL * WAD // elecoin_price
    words = {}
    for name, net in case.declared.items():
        cost = ceil_div(MEMBER[name].feed_in * WAD, REDEMPTION)
        asked = cost if MEMBER[name].may_sell else NEVER_SELLS
        words[name] = (net, worth, limit) if net < 0 else (net, asked, 0)
    return words


def price_electricity(day, case, elecoin_price):
    """Targets, and the signed clearing price. Returns it in wei per kWh."""
    words = targets(case, elecoin_price)
    folded = bytes(32)
    for name, (net, price, limit) in words.items():
        event = day.declare_target(name, PERIOD, net, price, limit).events["TargetDeclared"]
        word = target_word(MEMBER[name].zone, PERIOD, net, price, limit)
        assert (event["account"], event["word"]) == (day.account(name), word)
        who = bytes.fromhex(day.account(name).address[2:]).rjust(32, b"\0")
        folded = web3.keccak(folded + who + word.to_bytes(32, "big"))
    until(day.declaration_deadline(PERIOD))
    buyers = [(price, -net) for net, price, _ in words.values() if net < 0]
    sellers = [(p, net) for net, p, _ in words.values() if net > 0 and p != NEVER_SELLS]
    ticks, matching = equilibrium.clearing(FLOOR, buyers, sellers)
    report = day.report(ELECTRICITY, PERIOD, posted_value(ticks, matching, WAD))
    assert report[5] == bytes(folded)
    assert day.market.floorPrice(PERIOD) == FLOOR * TICK
    day.post(report, ("third", "first"))
    assert day.oracle.electricityPrice(PERIOD) == (ticks * TICK, matching, WAD)
    assert day.contracts["ElectricityPriceReader"].latestRoundData()[1] == ticks * TICK
    assert day.contracts["MatchingProbabilityReader"].getRoundData(PERIOD)[1] == matching
    assert (ticks == FLOOR) == (matching < WAD)
    return ticks * TICK


def buy_elecoins(day, case, books, elecoin_price):
    """Enough for each buyer; the last one pays too much, and is owed the rest."""
    for name in BUYERS:
        amount = -case.declared[name] * 4 * WAD // 10_000 + 7
        due = ceil_div(amount * elecoin_price, WAD)
        excess = 12_345 if name == BUYERS[-1] else 0
        account = day.account(name)
        day.market.buyToken(amount, {"from": account, "value": due + excess})
        assert day.market.refundOf(account) == excess
        books.deposit[name] += amount
        books.circulating += amount
        books.coins += due + excess
    books.check(day)
    day.market.withdrawRefund({"from": day.account(BUYERS[-1])})
    books.coins -= excess
    books.check(day)


def tradeable(case, name):
    """min(|metered|, (1 + tolerance) |declared|), in Wh."""
    generated, consumed = case.metered[name]
    most = abs(case.declared[name]) * (10_000 + TOLERANCE_BPS) // 10_000
    return min(abs(generated - consumed), most)


def trade_all(day, case, books, price, elecoin_price):
    """Every buyer buys from every seller whose cost the price covers, until nothing is left."""
    left = {name: tradeable(case, name) for name in (*SELLERS, *BUYERS)}
    for name, energy in left.items():
        assert day.market.tradeable(day.account(name), PERIOD) == energy, name
    covered = [s for s in SELLERS if ceil_div(MEMBER[s].feed_in * WAD, REDEMPTION) * TICK <= price]
    for seller in set(SELLERS) - set(covered):
        with brownie.reverts(revert_pattern="PriceBelowCost: .*"):
            day.trade(BUYERS[0], seller, PERIOD, 1)
    for buyer in BUYERS:
        for seller in covered:
            energy = min(left[buyer], left[seller])
            if energy == 0:
                continue
            fees = day.fee(seller, buyer, elecoin_price)
            terms = day.market.checkQualification(day.account(buyer), day.account(seller), PERIOD)
            assert terms == (energy, price, sum(fees))
            traded = day.trade(buyer, seller, PERIOD, 2**32 - 1, energy, price + sum(fees))
            event = traded.events["Traded"]
            cost = ceil_div(energy * price, 1000)
            network, levy = (ceil_div(energy * fee, TICK) * CREDIT for fee in fees)
            assert event["energyWh"] == energy
            assert (event["cost"], event["network"], event["levy"]) == (cost, network, levy)
            books.deposit[buyer] -= cost + network + levy
            books.proceeds[seller] += cost
            books.charge(buyer, network, levy)
            books.bought[buyer] += energy
            books.sold[seller] += energy
            books.purchases[buyer].append((seller, energy))
            left[buyer] -= energy
            left[seller] -= energy
            books.check(day)
    assert all(left[name] == 0 for name in BUYERS) or all(left[name] == 0 for name in covered)
    assert sum(books.sold.values()) == sum(books.bought.values()) > 0


def rate(day, case, books):
    """cleo is content; dario refuses what he bought first. Returns accepted Wh by member."""
    accepted = {name: books.sold[name] + books.bought[name] for name in MEMBER}
    if not case.refused:
        return accepted
    for buyer in BUYERS:
        purchases = [
            (day.account(seller), energy, *((10, 3) if (buyer, place) == ("dario", 0) else (90, 0)))
            for place, (seller, energy) in enumerate(books.purchases[buyer])
        ]
        day.market.rate(PERIOD, purchases, {"from": day.account(buyer)})
    seller, energy = books.purchases["dario"][0]
    accepted[seller] -= energy
    accepted["dario"] -= energy
    return accepted


def close(day, case, books, accepted):
    """The energy identity, account by account, and Wattcoin for whole accepted MWh."""
    events = day.market.close(day.everyone, PERIOD, {"from": day.account("emil")}).events["Closed"]
    closed = {event["account"]: event for event in events}
    for name in MEMBER:
        books.deposit[name] += books.proceeds[name]
        books.proceeds[name] = 0
    for buyer in BUYERS:
        books.book_fees(buyer)
    books.check(day)
    assert len(closed) == len(MEMBER)
    for name in MEMBER:
        event, account = closed[day.account(name)], day.account(name)
        assert (event["generated"], event["consumed"]) == case.metered[name]
        assert (event["bought"], event["sold"]) == (books.bought[name], books.sold[name])
        assert (
            event["generated"] + event["bought"] + event["imported"]
            == event["consumed"] + event["sold"] + event["exported"]
        )
        assert event["imported"] == 0 or event["exported"] == 0
        assert event["accepted"] == accepted[name]
        sold = accepted[name] if name in SELLERS else 0
        assert day.wattcoin.balanceOf(account) == sold // 10**6 * WAD
        assert day.market.account(account)["remainderWh"] == sold % 10**6
        assert day.market.account(account)["nextClose"] == PERIOD + 1
    assert day.wattcoin.totalSupply() == sum(accepted[s] // 10**6 for s in SELLERS) * WAD


def settle_reputation(day, case):
    """R ← min(R + n/T − Σ|deviation|/(T scale), τ + A): here n is 1, or 0 for nothing at all."""
    until(day.closing_time(day.clock["round_periods"] - 1))
    assert day.ledger.leaderOf(ROUND) == day.account("anna")
    day.ledger.settleRound(ROUND, day.everyone, {"from": day.account("cleo")})
    periods = day.clock["round_periods"]
    for name, member in MEMBER.items():
        generated, consumed = case.metered[name]
        scale = member.rated_power * case.scale * day.clock["step"] // 3600
        deviation = abs(generated - consumed - case.declared[name]) * WAD // scale
        age = 0 if name == "anna" else 1
        raised = INITIAL_REPUTATION + WAD // periods - ceil_div(deviation, periods)
        standing = day.ledger.standing(day.account(name))
        assert standing["reputation"] == min(raised, TAU + age * WAD), name
        assert (standing["age"], standing["nextRound"]) == (age, ROUND + 1)


def take_out(day, books):
    """Fees to their accounts, elecoins to a wallet and back, all deposits redeemed, the surplus."""
    market, everyone = day.market, {name: day.account(name) for name in MEMBER}
    network, levy = market.networkAccount(), market.levyAccount()
    market.collectFees({"from": everyone["emil"]})
    assert day.elecoin.balanceOf(network) == books.network
    assert day.elecoin.balanceOf(levy) == books.levy
    paid = books.network + books.levy
    books.network = books.levy = 0
    books.check(day)

    anna = {"from": everyone["anna"]}
    half = books.deposit["anna"] // 2
    market.withdraw(half, anna)
    assert day.elecoin.balanceOf(everyone["anna"]) == half
    books.deposit["anna"] -= half
    books.check(day)
    day.elecoin.approve(market, half, anna)
    market.deposit(half, anna)
    books.deposit["anna"] += half
    books.check(day)

    for name, account in everyone.items():
        amount = books.deposit[name]
        redeemed = market.redeemToken(amount, {"from": account})
        assert redeemed.events["Redeemed"]["value"] == amount * REDEMPTION // WAD
        books.coins -= amount * REDEMPTION // WAD
        books.circulating -= amount
        books.deposit[name] = 0
    books.check(day)
    assert books.circulating == paid

    share = (books.coins - ceil_div(books.circulating * REDEMPTION, WAD)) // 3
    signer = day.server("second")
    assert market.surplusOf(signer) == share > 0
    market.withdrawSurplus({"from": signer})
    books.coins -= share
    books.check(day)


def test_a_period_from_declarations_to_closing(day, case):
    books = Books(day.market)
    elecoin_price = price_elecoins(day)
    price = price_electricity(day, case, elecoin_price)
    until(day.start_of(PERIOD + 1))
    for name, (generated, consumed) in case.metered.items():
        day.read(name, PERIOD, generated, consumed)
    buy_elecoins(day, case, books, elecoin_price)
    until(day.reading_deadline(PERIOD))
    trade_all(day, case, books, price, elecoin_price)
    until(day.trading_end(PERIOD))
    accepted = rate(day, case, books)
    until(day.closing_time(PERIOD))
    close(day, case, books, accepted)
    settle_reputation(day, case)
    take_out(day, books)
