"""Recomputing postings from chain data alone: calldata, events and block headers.

No archive node is needed, and nothing that the run itself remembers: what the edge servers saw is
rebuilt from events up to the input block, priced again, and compared with what was posted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from eth_keys.datatypes import Signature as KeySignature

from oracle import UserError
from oracle.chain.client import Block
from oracle.chain.market import Event, Market
from oracle.chain.posted import posted_in
from oracle.rounds.agree import quorum
from oracle.rounds.certificate import Tier
from oracle.rounds.observe import Observation
from oracle.rounds.posting import calldata
from oracle.rounds.price import Priced, price
from oracle.rounds.report import Feed, Report
from oracle.rounds.words import commitment
from oracle.units import WAD


@dataclass(frozen=True)
class Posting:
    """A feed and an epoch."""

    feed: Feed
    epoch: int

    def __str__(self) -> str:
        return f"{self.feed.label}:{self.epoch}"


@dataclass(frozen=True)
class Verdict:
    """What recomputing gave. `differences` is empty where all is equal.

    `posted` and `recomputed` are prices in ticks; None where there is none.
    """

    posting: Posting
    posted: int | None
    recomputed: int | None
    differences: tuple[str, ...]

    @property
    def equal(self) -> bool:
        return not self.differences


@dataclass
class History:
    """The events that postings rest on, by what they concern."""

    posted: dict[Posting, Event] = field(default_factory=dict)
    voided: dict[Posting, Event] = field(default_factory=dict)
    declared: dict[Posting, list[Event]] = field(default_factory=dict)
    constants: list[Event] = field(default_factory=list)
    servers: dict[int, tuple[int, list[str]]] = field(default_factory=dict)


def read_history(market: Market) -> History:
    """All that was ever declared and posted in this deployment."""
    history = History()
    for event in market.events(market.deployment.block, market.client.block().number):
        a = event.arguments
        if event.name == "Posted":
            posting = Posting(Feed(a["feed"]), a["epoch"])
            history.posted[posting] = event
            history.voided.pop(posting, None)
        elif event.name == "Voided":
            posting = Posting(Feed(a["feed"]), a["epoch"])
            history.voided[posting] = history.posted.pop(posting)
        elif event.name == "TargetDeclared":
            history.declared.setdefault(Posting(Feed.ELECTRICITY, a["period"]), []).append(event)
        elif event.name == "NeedDeclared":
            history.declared.setdefault(Posting(Feed.ELECOIN, a["epoch"]), []).append(event)
        elif event.name == "ConstantsScheduled":
            history.constants.append(event)
        elif event.name == "EdgeServersSet":
            signers = [server[0].lower() for server in a["servers"]]
            history.servers[a["version"]] = (event.log.block, signers)
    return history


def verify(market: Market, history: History, posting: Posting) -> Verdict:
    """One posting. Raises UserError where nothing was declared or posted."""
    event = history.posted.get(posting)
    if event is None:
        return _verify_absence(market, history, posting)
    report, signatures, given = _calldata(market, event)
    found: list[str] = []
    header = market.client.block(report.input_block)
    if header.hash != report.input_block_hash:
        found.append(f"input block {header.number}: its hash is 0x{header.hash.hex()}")
    found += _deadline_differences(market, posting, header)
    observation = _rebuild(market, history, posting, report.input_block, report.signer_set)
    if observation.commitment != report.commitment:
        found.append("commitment: the declarations up to the input block give another")
    recomputed = price(observation)
    if recomputed is None:
        found.append("value: there is nothing to price")
    elif recomputed.report.value != report.value:
        mine, theirs = recomputed.report.posted, report.posted
        found.append(f"value: posted {theirs}, recomputed {mine}")
    else:
        found += _certificate_differences(event, recomputed, report, given)
    found += _signature_differences(market, history, report, signatures)
    return Verdict(
        posting,
        report.posted.price_ticks,
        None if recomputed is None else recomputed.report.posted.price_ticks,
        tuple(found),
    )


def _verify_absence(market: Market, history: History, posting: Posting) -> Verdict:
    """An epoch without a posting: right where there was nothing to price."""
    if posting not in history.declared:
        raise UserError(f"{posting}: nothing was declared or posted for it")
    last = history.declared[posting][-1].log.block
    priced = price(_rebuild(market, history, posting, last, 0))
    if priced is None:
        return Verdict(posting, None, None, ())
    ticks = priced.report.posted.price_ticks
    what = "voided by a challenge, and not" if posting in history.voided else "not"
    return Verdict(posting, None, ticks, (f"{what} posted, though {ticks} ticks were due",))


def _certificate_differences(
    event: Event, recomputed: Priced, report: Report, given: bytes
) -> list[str]:
    """What was proved besides the price: by which certificate, and how sharply.

    Any kind of certificate proves a right price; one of the kind that follows from the
    declarations must be, byte for byte, what they give, with the bound that the chain found.
    """
    mine = recomputed.certificate
    kind = event.arguments["status"]
    if kind != mine.tier:
        return []
    found = []
    if given != calldata(mine, report.feed):
        found.append("certificate: the declarations give another")
    if report.root != recomputed.report.root:
        found.append(f"root: the declarations give 0x{recomputed.report.root.hex()}")
    proved = (report.feed, mine.tier) != (Feed.ELECOIN, Tier.OPTIMISTIC)
    if proved and event.arguments["bound"] != mine.gap_wei:
        found.append(f"bound: {event.arguments['bound']} wei, recomputed {mine.gap_wei}")
    return found


def _calldata(market: Market, event: Event) -> tuple[Report, list[tuple[bytes, bytes]], bytes]:
    """The report, its signatures and its certificate, from the transaction that posted them."""
    digest = event.arguments["digest"]
    found = posted_in(market.client, event.log.transaction, market.domain, digest)
    if found is None:
        raise UserError(
            f"transaction 0x{event.log.transaction.hex()}: the report 0x{digest.hex()} is not in it"
        )
    return found


def _deadline_differences(market: Market, posting: Posting, header: Block) -> list[str]:
    """The input block must be the last one before the declaration deadline."""
    schedule, epoch = market.schedule, posting.epoch
    electricity = posting.feed is Feed.ELECTRICITY
    deadline = (
        schedule.declaration_deadline(epoch) if electricity else schedule.need_deadline(epoch)
    )
    if header.timestamp >= deadline:
        return [f"input block {header.number}: it is not before the deadline {deadline}"]
    if market.client.block(header.number + 1).timestamp < deadline:
        return [f"input block {header.number}: a later one is before the deadline {deadline}"]
    return []


def _rebuild(
    market: Market, history: History, posting: Posting, input_block: int, signer_set: int
) -> Observation:
    """What the edge servers saw, from events up to the input block."""
    electricity = posting.feed is Feed.ELECTRICITY
    value = "word" if electricity else "needWei"
    declared = tuple(
        (event.arguments["account"], event.arguments[value])
        for event in history.declared.get(posting, ())
        if event.log.block <= input_block
    )
    return Observation(
        feed=posting.feed,
        epoch=posting.epoch,
        input_block=input_block,
        input_block_hash=market.client.block(input_block).hash,
        commitment=commitment(declared),
        signer_set=signer_set,
        declared=declared,
        floor_ticks=floor_ticks(market, history.constants, posting.epoch) if electricity else 0,
        terms=market.deployment.terms,
        power_price=market.deployment.unit_power_price / WAD,
        supply=market.oracle_terms().supply,
    )


def floor_ticks(market: Market, constants: Sequence[Event], period: int) -> int:
    """φ / c rounded up, φ being the one of the scheduled `constants` that held for this period.

    A change replaces one that was still waiting for its first period to open; else both stand.
    """
    standing: list[tuple[int, int]] = []
    for event in constants:
        begins = event.arguments["fromPeriod"]
        if standing and standing[-1][0] > 0:
            now = market.client.block(event.log.block).timestamp
            if now < market.schedule.closing_time(standing[-1][0] - 1):
                standing.pop()
        standing.append((begins, event.arguments["feedIn"]))
    feed_in = [value for begins, value in standing if begins <= period][-1]
    return -(-feed_in * WAD // market.deployment.terms.redemption)


def _signature_differences(
    market: Market, history: History, report: Report, signatures: list[tuple[bytes, bytes]]
) -> list[str]:
    _, servers = history.servers.get(report.signer_set, (0, []))
    digest = report.digest(market.domain)
    signers = [_recover(digest, r, vs) for r, vs in signatures]
    strangers = [signer for signer in signers if signer not in servers]
    found = [f"signature of {s}: no edge server of set {report.signer_set}" for s in strangers]
    if len(set(signers)) != len(signers):
        found.append("signatures: one signer twice")
    if len(set(signers) & set(servers)) < quorum(len(servers)):
        found.append(f"signatures: fewer than {quorum(len(servers))} edge servers")
    return found


def _recover(digest: bytes, r: bytes, vs: bytes) -> str:
    """The signer of an EIP-2098 signature, in lower case."""
    word = int.from_bytes(vs, "big")
    s, v = word & ((1 << 255) - 1), word >> 255
    key = KeySignature(vrs=(v, int.from_bytes(r, "big"), s)).recover_public_key_from_msg_hash(
        digest
    )
    return str(key.to_address())
