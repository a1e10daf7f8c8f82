"""What the page's own mirrors of words and clock are compared with.

The page packs targets and reads the clock in TypeScript; what the Python mirrors say of the same
inputs stands in `web/src/chain/mirrors.fixtures.json`, which this module, run, writes.
"""

from __future__ import annotations

import json
import random
from dataclasses import asdict
from pathlib import Path
from typing import Any

from oracle.rounds.clock import Schedule, ring_length
from oracle.rounds.words import Target

FILE = Path(__file__).parents[2] / "web" / "src" / "chain" / "mirrors.fixtures.json"


def fixtures() -> dict[str, Any]:
    """Targets with their words in decimal, and schedules with what they say at some times."""
    draw = random.Random(8)
    return {
        "targets": [
            {"target": asdict(target), "word": str(target.pack())} for target in _targets(draw)
        ],
        "clocks": [_clock(schedule, draw) for schedule in _schedules()],
    }


def text() -> str:
    return json.dumps(fixtures(), indent=1) + "\n"


def _targets(draw: random.Random) -> list[Target]:
    edges = [
        Target(0, 0, 0, 0),
        Target(2**24 - 1, 2**31 - 1, 2**32 - 1, 2**32 - 1, 2**16 - 1, True),
        Target(1, -(2**31), 1, 1, 1, False),
        Target(41, -1, 241_000, 269_000),
    ]
    return edges + [
        Target(
            period=draw.randrange(2**24),
            net_wh=draw.randrange(-(2**31), 2**31),
            price_ticks=draw.randrange(2**32),
            limit_ticks=draw.randrange(2**32),
            zone=draw.randrange(2**16),
            pooled=draw.random() < 0.5,
        )
        for _ in range(20)
    ]


def _schedules() -> list[Schedule]:
    leads = {
        "declaration_lead": 300,
        "reading_grace": 300,
        "trade_window": 600,
        "rating_window": 600,
    }
    late = leads | {"reading_grace": 96 * 900 + 300}
    return [
        Schedule(
            start=1_800_000_000,
            period=900,
            step=900,
            elecoin_lead=300,
            epoch_periods=24,
            round_periods=24,
            ring_length=ring_length(900, **windows),
            **windows,
        )
        for windows in (leads, late)
    ]


def _clock(schedule: Schedule, draw: random.Random) -> dict[str, Any]:
    """Each window said by its definition: every period that it holds at a time, one by one."""
    first = schedule.start - 2 * schedule.period
    times = [first, schedule.start - schedule.declaration_lead, schedule.closing_time(0)]
    times += [draw.randrange(first, schedule.start + 240 * schedule.period) for _ in range(12)]
    periods = range(400)
    said = [
        {
            "time": time,
            "period": schedule.period_at(time),
            "first_to_declare": next(t for t in periods if time < schedule.declaration_deadline(t)),
            "first_to_need": next(e for e in periods if time < schedule.need_deadline(e)),
            "in_trading": [
                t for t in periods if schedule.reading_deadline(t) <= time < schedule.trading_end(t)
            ],
            "in_rating": [
                t for t in periods if schedule.trading_end(t) <= time < schedule.closing_time(t)
            ],
            "last_closable": max(
                (t for t in periods if schedule.closing_time(t) <= time), default=-1
            ),
        }
        for time in times
    ]
    return {"schedule": asdict(schedule), "times": said}


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
