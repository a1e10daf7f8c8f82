"""`wattmarket correct`: a closed period was read wrongly; the chain books it, a bill has it."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from eth_utils.address import to_checksum_address
from rich.console import Console
from rich.text import Text

from oracle import UserError
from oracle.app.day.booking import correction_record, metered_time
from oracle.app.day.pace import ChainPace, Pace, WarpedPace
from oracle.app.day.plan import development_administrator
from oracle.app.day.run import DEPLOYMENT, locked
from oracle.app.statement.english import ENGLISH
from oracle.app.statement.ledger import Ledger, open_ledger
from oracle.chain.client import Client, Receipt
from oracle.chain.deployment import Deployment
from oracle.chain.market import Market
from oracle.chain.transactions import Sender, TransactionFailed
from oracle.community.correction import correction_amounts
from oracle.devnet import anvil
from oracle.devnet.accounts import require_development_chain
from oracle.service.store.records import MemberRecord

MOST_WH = 2**31 - 1


@dataclass(frozen=True)
class Wrong:
    """By how many Wh a member's period was read wrongly, and why (a code)."""

    member: MemberRecord
    period: int
    generated_wh: int
    consumed_wh: int
    reason: int


@dataclass(frozen=True)
class _Chain:
    market: Market
    sender: Sender
    pace: Pace


def correct_command(
    *,
    member: str,
    at: str,
    generated: int,
    consumed: int,
    reason: int,
    seed: int,
    node: str | None,
    folder: Path,
) -> int:
    """Sends the correction, records it, and says what it adds to which statement."""
    with open_ledger(folder) as ledger:
        wrong = Wrong(
            ledger.find(member), _period(ledger, at), generated, consumed, _reason(reason)
        )
        for flag, wh in (("--generated", generated), ("--consumed", consumed)):
            if abs(wh) > MOST_WH:
                raise UserError(f"{flag}: {wh}: from {-MOST_WH} to {MOST_WH} Wh")
        if generated == consumed == 0:
            raise UserError("--generated, --consumed: both 0: nothing to correct")
        with _chain(node, folder, ledger, wrong.period) as chain:
            _send(chain, wrong, ledger, seed)
        Console().print(Text(_said(ledger, wrong)), soft_wrap=True)
    return 0


def _period(ledger: Ledger, at: str) -> int:
    """A period by its number, or by the local time at which it starts. Raises UserError."""
    numbers = {start: number for number, start in ledger.starts.items()}
    found: int | None = None
    if at.isascii() and at.isdigit():
        found = int(at) if int(at) in ledger.starts else None
    else:
        with contextlib.suppress(ValueError):
            time = dt.datetime.fromisoformat(at)
            found = numbers.get(int(time.replace(tzinfo=time.tzinfo or ledger.zone).timestamp()))
    if found is None:
        known = sorted(ledger.starts)
        times = [ledger.local(ledger.starts[n]).strftime("%Y-%m-%dT%H:%M") for n in known]
        has = f"{known[0]} to {known[-1]}, {times[0]} to {times[-1]}" if known else "none"
        raise UserError(f"PERIOD: {at!r}: the start or number of a closed period; there are {has}")
    return found


def _reason(code: int) -> int:
    if not 1 <= code <= 255:
        raise UserError(f"--reason: {code}: from 1 to 255 (1 replaced value, 2 clock, 3 fault)")
    return code


@contextlib.contextmanager
def _chain(node: str | None, folder: Path, ledger: Ledger, period: int) -> Iterator[_Chain]:
    """The given node, or the chain that the last run left, which is left again changed."""
    deployment = Deployment.load(folder / DEPLOYMENT)
    if ledger.facts["contracts"] != deployment.contracts:
        raise UserError(f"{folder}: deployment.toml and the store are of different runs")
    with contextlib.ExitStack() as stack:
        if node is None:
            if not (folder / anvil.STATE).exists():
                raise UserError(f"{folder / anvil.STATE}: no chain there; name it with --node URL")
            stack.enter_context(locked(folder))
            node = stack.enter_context(anvil.running(folder, resume=True, keep=True)).url
            client = Client(node)
            sender = Sender(client, client.chain_id())
            # Anvil's clock starts at ours; the chain's stands where the run left it.
            client.request("evm_setTime", hex(client.block().timestamp))
            pace: Pace = WarpedPace(client, sender)
        else:
            client = Client(node)
            sender = Sender(client, client.chain_id(), max_fee=2 * client.gas_price())
            pace = ChainPace(client, sender)
        require_development_chain(sender.chain_id)
        deployment.check(client)
        yield _Chain(Market(client, deployment), sender, pace)


def _send(chain: _Chain, wrong: Wrong, ledger: Ledger, seed: int) -> None:
    market, signer = chain.market, development_administrator(seed)
    ((owner,), (attestor, _)) = market.read_many(
        [("ElectricityTrading", "owner", ()), ("ElectricityTrading", "attestor", ())]
    )
    corrector = owner if int(attestor, 16) == 0 else attestor
    if to_checksum_address(corrector) != signer.address:
        raise UserError(
            f"--seed: {seed}: its administrator is not {to_checksum_address(corrector)}, "
            "who corrects here"
        )
    transaction = market.transaction(
        signer,
        "correct",
        wrong.member.address,
        wrong.period,
        wrong.generated_wh,
        wrong.consumed_wh,
        wrong.reason,
    )
    try:
        (receipt,) = chain.pace.perform(market.schedule.closing_time(wrong.period), [transaction])
    except TransactionFailed as error:
        raise UserError(f"the chain refuses it: {error.reason}") from None
    record(ledger, market, receipt)


def record(ledger: Ledger, market: Market, receipt: Receipt) -> None:
    """Puts the corrections of a block into the store."""
    block = market.client.block(receipt.block)
    booked = metered_time(market.schedule, ledger.starts, block.timestamp)
    ledger.store.record_corrections(
        correction_record(event, booked)
        for event in market.events(block.number, block.number)
        if event.name == "Corrected"
    )


def _said(ledger: Ledger, wrong: Wrong) -> str:
    """What was booked, in a line."""
    entries = {
        r.period: ledger.entry(r)
        for r in ledger.store.member_periods(wrong.member.address, limit=10**9).items
    }
    change = ledger.corrections(wrong.member.address, entries)[-1]
    supply = ledger.supplies[wrong.member.address]
    price = ledger.prices[supply.tariff, wrong.period]
    total = correction_amounts(change, price, supply.feed_in).total
    time = ledger.local(change.correction.start).strftime("%Y-%m-%d %H:%M")
    month = ledger.month_of(change.correction.booked_at)
    return (
        f"{wrong.member.name or wrong.member.address}, {time}: generation "
        f"{wrong.generated_wh:+d} Wh, consumption {wrong.consumed_wh:+d} Wh, "
        f"{ENGLISH.reason_of(wrong.reason)}; {float(total):+.4f} {ledger.currency} "
        f"on the statement of {month}"
    )
