"""docs/load.md and its figure from the measured results: a test makes the page again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from string import Template
from typing import Any

STEPS = ("reading", "checking", "solving", "finishing", "certificate", "posting")
PERIOD, BLOCK_GAS, SLOW_BLOCKS = 900, 30_000_000, 12
DECLARE_BATCH_GAS = 29_775
"""`declareTargets` of ten members, a member: docs/gas.md."""
MEMBER_GAS = 110_000
"""All that a member costs in a period, in batches, trades aside: docs/limits.md."""
MOST_TRANSACTION_GAS = 2**24
FIELD_TEST = 10.0
"""Transactions a second at most in the Walenstadt field test."""
CHAINS = {"anvil": "Anvil", "geth": "Geth, three Clique sealers"}


def page(results: dict[str, Any]) -> str:
    """The whole of docs/load.md."""
    text = Template(Path(__file__).with_name("page.txt").read_text(encoding="utf-8"))
    fields: dict[str, str] = {}
    for part, write in (
        ("rounds", _rounds), ("days", _days), ("transactions", _transactions), ("api", _api),
    ):  # fmt: skip
        found = results[part]
        fields |= {f"{part}_machine": _machine(found["machine"])} | write(found["rows"])
    return text.substitute(fields)


def _machine(where: dict[str, Any]) -> str:
    busy = "other programs were running" if where["load"] > 2 else "quiet"
    return (
        f"{where['date']}, {where['system']}, {where['cores']} cores, Python {where['python']}; "
        f"load {where['load']} at the end ({busy})."
    )


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Markdown, numbers to the right."""
    lines = ["| " + " | ".join(heads) + " |", "|---|" + "---:|" * (len(heads) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def seconds(value: float) -> str:
    """Two digits that matter, in s or ms."""
    if value < 0.00095:
        return "< 1 ms"
    if value < 0.0995:
        return f"{value * 1000:.2g} ms"
    return f"{value:.2g} s" if value < 9.95 else f"{value:.0f} s"


def cpu_of_round(row: dict[str, Any]) -> float:
    """All steps' CPU seconds of an edge server."""
    return float(sum(row["cpu"][step] for step in STEPS))


def _rounds(rows: list[dict[str, Any]]) -> dict[str, str]:
    most = rows[-1]
    gas = DECLARE_BATCH_GAS * most["members"]
    blocks = gas / BLOCK_GAS
    heads = ["members", "proof", *STEPS, "in all", "on the clock", "node's CPU", "gas of the post"]
    cells = [
        [
            f"{row['members']:,}",
            "inline" if row["tier"] == 1 else "Merkle",
            *(seconds(row["cpu"][step]) for step in STEPS),
            seconds(cpu_of_round(row)),
            seconds(sum(row["wall"].values())),
            seconds(sum(row["node"].values())),
            f"{row['post_gas']:,}",
        ]
        for row in rows
    ]
    return {
        "rounds": table(heads, cells),
        "price": seconds(most["price_cpu"]),
        "members": f"{most['members']:,}",
        "cpu": seconds(cpu_of_round(most)),
        "reading": seconds(most["cpu"]["reading"]),
        "declare_gas": f"{gas / 1e9:.1f}",
        "blocks": f"{blocks:.0f}",
        "block_seconds": f"{blocks:.0f}",
        "block_minutes": f"{blocks * SLOW_BLOCKS / 60:.0f}",
        "most_fast": f"{PERIOD * BLOCK_GAS // DECLARE_BATCH_GAS:,}",
        "most_slow": f"{PERIOD // SLOW_BLOCKS * BLOCK_GAS // DECLARE_BATCH_GAS:,}",
        "whole_fast": f"{PERIOD * BLOCK_GAS // MEMBER_GAS:,}",
        "whole_slow": f"{PERIOD // SLOW_BLOCKS * BLOCK_GAS // MEMBER_GAS:,}",
        "elecoin": seconds(most["elecoin_cpu"]),
    }


def _days(rows: list[dict[str, Any]]) -> dict[str, str]:
    most = rows[-1]
    gas = sum(most["post_gas"])
    a_seat = gas / most["members"]
    leaves = most["leaf_gas"] * most["members"]
    heads = [
        "members", "pools", "a period settled", "its amounts summed", "days posted",
        "on the clock", "gas of the largest", "gas of all", "a leaf proved", "a leaf's gas",
    ]  # fmt: skip
    cells = [
        [
            f"{row['members']:,}",
            str(row["pools"]),
            seconds(row["cpu"]["settling"] / row["periods_settled"]),
            seconds(row["cpu"]["summing"] / row["periods_settled"]),
            seconds(row["cpu"]["posting"]),
            seconds(row["wall"]["posting"]),
            f"{max(row['post_gas']):,}",
            f"{sum(row['post_gas']) / 1e6:,.0f} M",
            f"{row['cpu']['proving leaves'] / row['leaves'] * 1e6:.0f} µs",
            f"{row['leaf_gas']:,}",
        ]
        for row in rows
    ]
    return {
        "days": table(heads, cells),
        "seats": f"{max(row['seats'] for row in rows):,}",
        "a_seat": f"{a_seat:,.0f}",
        "most_seats": f"{MOST_TRANSACTION_GAS / a_seat:,.0f}",
        "day_members": f"{most['members']:,}",
        "pools": str(most["pools"]),
        "day_blocks": f"{gas / BLOCK_GAS:.0f}",
        "leaves": f"{leaves / 1e9:.1f}",
        "leaf_blocks": f"{leaves / BLOCK_GAS:.0f}",
    }


def _transactions(rows: dict[str, dict[str, Any]]) -> dict[str, str]:
    heads = [
        "chain, a block each second", "transactions", "a second", "times the field test",
        "gas each", "CPU to sign one", "signing", "sending", "waiting", "most in a block",
    ]  # fmt: skip
    cells = [
        [
            CHAINS[name],
            f"{row['transactions']:,}",
            f"{row['rate']:.0f}",
            f"{row['rate'] / FIELD_TEST:.1f}",
            f"{row['gas']:,}",
            f"{row['cpu']['signing'] / row['transactions'] * 1e3:.2f} ms",
            *(seconds(row["wall"][step]) for step in ("signing", "sending", "waiting")),
            f"{row['fullest_block']:,}",
        ]
        for name, row in rows.items()
    ]
    return {
        "transactions": table(heads, cells),
        "batch_gas": f"{DECLARE_BATCH_GAS:,}",
        "single_gas": f"{next(iter(rows.values()))['gas']:,}",
    }


def _api(rows: list[dict[str, Any]]) -> dict[str, str]:
    heads = [
        "question", "bytes", "a second", "the floor's", "CPU each", "the floor's",
        "times the floor", "made anew, times ours", "99 % within",
    ]  # fmt: skip
    cells = []
    for row in rows:
        floor, ours, unkept = row["floor"], row["service"], row["unkept"]
        cells.append(
            [
                row["question"],
                f"{row['bytes']:,}",
                f"{ours['rate']:,.0f}",
                f"{floor['rate']:,.0f}",
                f"{ours['cpu_seconds'] * 1e3:.2f} ms",
                f"{floor['cpu_seconds'] * 1e3:.2f} ms",
                f"{ours['cpu_seconds'] / floor['cpu_seconds']:.1f}",
                f"{unkept['cpu_seconds'] / ours['cpu_seconds']:.1f}",
                seconds(ours["p99_seconds"]),
            ]
        )
    return {"api": table(heads, cells)}


def draw(results: dict[str, Any], path: Path) -> None:
    """CPU seconds of a price's steps against members."""
    from matplotlib.figure import Figure

    rows = results["rounds"]["rows"]
    members = [row["members"] for row in rows]
    figure = Figure(figsize=(7.0, 4.0), layout="constrained")
    axes = figure.subplots()
    for step in STEPS:
        axes.plot(members, [max(row["cpu"][step], 1e-5) for row in rows], marker="o", label=step)
    axes.plot(members, [cpu_of_round(row) for row in rows], color="black", label="in all")
    axes.axhline(300, color="grey", linewidth=0.8, linestyle="--")
    axes.annotate("declaration lead, 300 s", (members[0], 300), fontsize=8, va="bottom")
    axes.set(xscale="log", yscale="log", xlabel="members", ylabel="CPU s", ylim=(1e-5, 1000))
    axes.legend(fontsize=8)
    figure.savefig(path, dpi=110, metadata={"Software": None})
