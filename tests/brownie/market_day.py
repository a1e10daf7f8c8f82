"""A deployed, registered market under test: its clock, its people, and what they do."""

import copy

from brownie import chain, web3
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils import keccak

from scripts import seed_market, settings
from scripts.market_config import FEES, MEMBERS, SERVERS, TICK, WAD

ELECTRICITY, ELECOIN = 0, 1
MEMBER = {member.name: member for member in MEMBERS}
SERVER_NAMES = tuple(name for name, _ in SERVERS)
REPORT_FIELDS = {
    "feed": "uint8",
    "epoch": "uint32",
    "value": "uint256",
    "inputBlock": "uint64",
    "inputBlockHash": "bytes32",
    "commitment": "bytes32",
    "signerSet": "uint32",
    "root": "bytes32",
}
INLINE = b"\1"


def reason(error, *arguments):
    """A custom error as brownie shows it."""
    shown = [str(a).lower() if str(a).startswith("0x") else str(a) for a in arguments]
    return f"{error}: {', '.join(shown)}"


def until(timestamp):
    """Mines a block at or just after `timestamp`, on Anvil and on Ganache."""
    for _ in range(5):
        missing = timestamp - web3.eth.get_block("latest")["timestamp"]
        if missing <= 0:
            return
        chain.sleep(missing)
        chain.mine()
    raise AssertionError(f"the chain does not reach {timestamp}")


def _hex(data):
    return (data if isinstance(data, str) else bytes(data).hex()).removeprefix("0x")


def ceil_div(a, b):
    return -(-a // b)


def posted_value(ticks, matching=0, served=0):
    return ticks * TICK | matching << 96 | served << 160


def sign(domain, report, keys):
    """EIP-2098 signatures (r, vs) of a report."""
    types = {"Report": [{"name": name, "type": kind} for name, kind in REPORT_FIELDS.items()]}
    message = encode_typed_data(domain, types, dict(zip(REPORT_FIELDS, report, strict=True)))
    signed = [Account.sign_message(message, key) for key in keys]
    return [
        (one.r.to_bytes(32, "big"), (one.s | (one.v - 27) << 255).to_bytes(32, "big"))
        for one in signed
    ]


def typed_digest(domain, report):
    """The EIP-712 digest, by eth_account."""
    types = {"Report": [{"name": name, "type": kind} for name, kind in REPORT_FIELDS.items()]}
    message = encode_typed_data(domain, types, dict(zip(REPORT_FIELDS, report, strict=True)))
    return keccak(b"\x19" + message.version + message.header + message.body)


class MarketDay:
    """The contracts, the schedule, and one method for each thing that happens in a period."""

    def __init__(self, contracts, deployment, administrator):
        self.contracts = contracts
        self.market = contracts["ElectricityTrading"]
        self.oracle = contracts["EquilibriumOracle"]
        self.ledger = contracts["ReputationLedger"]
        self.elecoin = contracts["Elecoin"]
        self.wattcoin = contracts["Wattcoin"]
        self.deployment = deployment
        self.clock = deployment["schedule"]
        self.administrator = administrator
        self.send = lambda method, *arguments: method(*arguments)
        people = [f"member {name}" for name in MEMBER] + [f"meter {name}" for name in MEMBER]
        people += [f"server {name}" for name in (*SERVER_NAMES, "nobody")]
        self._accounts = {name: settings.development_account(name) for name in people}
        self.domain = {
            "name": "wattmarket EquilibriumOracle",
            "version": "1",
            "chainId": chain.id,
            "verifyingContract": self.oracle.address,
        }

    @property
    def attempt(self):
        """The same day, where `post`, `declare_target` and `trade` only ask what would happen.

        For refusals: brownie traces every transaction that reverts, which takes its time.
        """
        dry = copy.copy(self)
        dry.send = lambda method, *arguments: method.call(*arguments)
        return dry

    # -------------------------------------------------------------- people

    def account(self, name):
        return self._accounts[f"member {name}"]

    def meter(self, name):
        return self._accounts[f"meter {name}"]

    def server(self, name):
        return self._accounts[f"server {name}"]

    @property
    def everyone(self):
        return [self.account(name) for name in MEMBER]

    # -------------------------------------------------------------- clock

    def start_of(self, period):
        return self.clock["start"] + period * self.clock["period"]

    def declaration_deadline(self, period):
        return self.start_of(period) - self.clock["declaration_lead"]

    def need_deadline(self, epoch):
        first = epoch * self.clock["epoch_periods"]
        return self.declaration_deadline(first) - self.clock["elecoin_lead"]

    def reading_deadline(self, period):
        return self.start_of(period + 1) + self.clock["reading_grace"]

    def trading_end(self, period):
        return self.reading_deadline(period) + self.clock["trade_window"]

    def closing_time(self, period):
        return self.trading_end(period) + self.clock["rating_window"]

    # -------------------------------------------------------------- prices

    def report(self, feed, epoch, value, **other):
        """A report on what stands now, fields replaced by `other`.

        Its input block is the one before the newest: right after `until(deadline)`, that is the
        last one before it, as the rule wants.
        """
        last = web3.eth.get_block(web3.eth.block_number - 1)
        commitment, _, _ = self.market.reportTerms(feed, epoch)
        fields = {
            "feed": feed,
            "epoch": epoch,
            "value": value,
            "inputBlock": last["number"],
            "inputBlockHash": bytes(last["hash"]),
            "commitment": bytes(commitment),
            "signerSet": self.oracle.signerSet(),
            "root": bytes(32),
            **other,
        }
        return tuple(fields[name] for name in REPORT_FIELDS)

    def signatures(self, report, servers=SERVER_NAMES[:2]):
        return sign(self.domain, report, [self.server(name).private_key for name in servers])

    def post(self, report, servers=SERVER_NAMES[:2]):
        """Carried by somebody who is no edge server: anyone may."""
        signatures = self.signatures(report, servers)
        certificate = self.certificate(*report[:2])
        sender = {"from": self.account("emil")}
        return self.send(self.oracle.post, report, signatures, certificate, sender)

    def certificate(self, feed, epoch):
        """What was declared, packed from the chain's own events, as an inline certificate."""
        declared = self.declared(feed, epoch)
        if feed == ELECTRICITY:
            return INLINE + b"".join(
                who + (word >> 120).to_bytes(3, "big") + (word % 2**96).to_bytes(12, "big")
                for who, word in declared
            )
        packed = b"".join(who + need.to_bytes(16, "big") for who, need in declared)
        order = sorted((need, i) for i, (_, need) in enumerate(declared) if need)
        places = b"".join(i.to_bytes(2, "big") for _, i in order)
        return INLINE + len(declared).to_bytes(2, "big") + packed + places

    def declared(self, feed, epoch):
        """(account, word or need) in the order of the chain."""
        kinds = ("uint24", "TargetDeclared") if feed == ELECTRICITY else ("uint32", "NeedDeclared")
        topic = web3.keccak(text=f"{kinds[1]}({kinds[0]},address,uint256)").hex()
        topics = ["0x" + topic.removeprefix("0x"), f"0x{epoch:064x}"]
        sought = {"address": self.market.address, "fromBlock": 0, "topics": topics}
        return [
            (bytes(log["topics"][2])[-20:], int.from_bytes(bytes.fromhex(_hex(log["data"])), "big"))
            for log in web3.eth.get_logs(sought)
        ]

    def fee(self, seller, buyer, elecoin_price):
        """(network, levy) per kWh in wei of elecoins, rounded up."""
        fee = FEES[MEMBER[seller].zone, MEMBER[buyer].zone]
        return tuple(ceil_div(part * TICK * WAD, elecoin_price) for part in fee)

    # -------------------------------------------------------------- a period

    def declare_target(self, name, period, net, price, limit):
        word = seed_market.target_word(MEMBER[name].zone, period, net, price, limit)
        return self.send(self.market.declareTarget, word, {"from": self.account(name)})

    def read(self, name, period, generated, consumed):
        """Moves the registers that are installed by this much."""
        account, sender = self.account(name), {"from": self.meter(name)}
        before = self.market.registers(account)
        if before["installed"] & 1:
            self.market.generation(account, period, before["generation"] + generated, sender)
        self.market.consumption(account, period, before["consumption"] + consumed, sender)

    def buy_token(self, name, amount, price):
        account = self.account(name)
        value = ceil_div(amount * price, WAD)
        return self.market.buyToken(amount, {"from": account, "value": value})

    def trade(self, buyer, seller, period, energy, least=1, most=2**200, deadline=2**40):
        arguments = (self.account(seller), period, energy, least, most, deadline)
        return self.send(self.market.trade, *arguments, {"from": self.account(buyer)})
