"""When something on chain was booked, in the meters' time; corrections as the store keeps them."""

from __future__ import annotations

from collections.abc import Mapping

from oracle.chain.market import Event
from oracle.rounds.clock import Schedule
from oracle.service.store.records import CorrectionRecord


def correction_record(event: Event, booked_at: int) -> CorrectionRecord:
    """A correction as the store keeps it; `booked_at` in metered UTC seconds."""
    a = event.arguments
    return CorrectionRecord(
        transaction="0x" + event.log.transaction.hex(),
        log_index=event.log.index,
        block=event.log.block,
        address=a["account"],
        period=a["period"],
        booked_at=booked_at,
        generated_wh=a["generatedWh"],
        consumed_wh=a["consumedWh"],
        reason=a["reason"],
    )


def metered_time(schedule: Schedule, starts: Mapping[int, int], timestamp: int) -> int:
    """Chain time in metered UTC seconds; `starts` are some periods'."""
    period, start = min(starts.items())
    passed = timestamp - schedule.start_of(period)
    return start + passed * schedule.step // schedule.period
