"""The target price of a regulated token, as the chapter and the slides print it."""

from __future__ import annotations

import numpy as np

from oracle.app.papers.section import CHAPTER, SLIDES, Picture, Section, Table, num
from oracle.games import FloatArray
from oracle.plots.papers import Line, Panel

__all__ = ["BAND", "target", "target_price"]

BAND = (0.98, 1.02)


def target(
    times: FloatArray, band: tuple[float, float], second: int = 2, sine: bool = True
) -> FloatArray:
    """p_tp [times]: the band's middle and two waves, at 1 and `second` turns per unit of time.

    `sine`: with the second wave's sine, which the slides have and the chapter leaves out.
    """
    low, high = band
    width = high - low
    first, other = 2 * np.pi * times, 2 * np.pi * second * times
    waves = np.cos(first) / 100 + np.sin(first) / 150 + np.cos(other) / 200
    if sine:
        waves = waves + np.sin(other) / 250
    return np.asarray((low + high) / 2 + width * waves)


def target_price() -> Section:
    """The published target inside its band, and how much of the band it uses."""
    times = np.linspace(0.0, 2.0, 2001)
    forms = {
        "slides, 1 and 2 turns": target(times, BAND),
        "chapter (no second sine)": target(times, BAND, sine=False),
        "caption, 1 and 4 turns": target(times, BAND, second=4),
    }
    rows = tuple(
        (
            name,
            num(values.min(), 6),
            num(values.max(), 6),
            f"{100 * np.ptp(values) / (BAND[1] - BAND[0]):.1f} %",
        )
        for name, values in forms.items()
    )
    curves = tuple(Line(name, times, values, at) for at, (name, values) in enumerate(forms.items()))
    flat = forms["slides, 1 and 2 turns"]
    picture = Picture(
        "target-price",
        f"Left: the target price between the bounds 0.98 and 1.02; it looks like a straight line "
        f"at 1. Right, enlarged: waves between {num(flat.min(), 6)} and {num(flat.max(), 6)}.",
        "The target price in its band, and enlarged.",
        (
            Panel(
                "Target and band",
                "time",
                curves[:1],
                levels=(("band", BAND[0]), ("", BAND[1])),
                limits=(0.975, 1.025),
            ),
            Panel("The target alone", "time", curves, limits=(0.9990, 1.0012)),
        ),
    )
    return Section(
        "Target price of a regulated token",
        f"{CHAPTER}, 4.4.1 and figure 4; {SLIDES}, regulated price",
        (
            "`p_tp(t) = c0 + Σ_{k=1,2} c_k cos 2πkt + ĉ_k sin 2πkt` with c0 the middle of the band "
            "0.98 to 1.02 and c1, ĉ1, c2, ĉ2 its width over 100, 150, 200, 250.",
            Table(
                "Range of the target price",
                ("form", "lowest", "highest", "share of the band"),
                rows,
            ),
            picture,
            "**Differences.** The chapter leaves out ĉ2, which the slides give; its caption speaks "
            "of 1 Hz and 4 Hz where the formula has 1 and 2. In each reading the target stays "
            "inside the band, as published, and uses less than a twentieth of it: nearly the "
            "whole band is left to the noise.",
        ),
    )
