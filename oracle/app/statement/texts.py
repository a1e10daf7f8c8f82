"""What a statement needs words for. A language that lacks one does not load."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from oracle.community.monthly import CENTS, Kind, Section, Unit, round_half_away


@dataclass(frozen=True)
class Texts:
    """Everything a statement says. Words in braces are filled in."""

    language: str
    decimal: str
    thousands: str
    separator: str
    months: tuple[str, ...]
    date: str
    kinds: Mapping[Kind, str]
    sections: Mapping[Section, str]
    units: Mapping[Unit, str]
    reasons: Mapping[int, str]
    other_reason: str
    title: str
    statement_for: str
    member: str
    address: str
    meter: str
    month: str
    timezone: str
    line: str
    section: str
    code: str
    quantity: str
    unit: str
    price: str
    mean: str
    mean_note: str
    amount: str
    currency: str
    elecoins: str
    period: str
    reason: str
    subtotal: str
    total: str
    already_paid: str
    already_earned: str
    due: str
    credit: str
    lines_caption: str
    sums_caption: str
    energy_caption: str
    elecoins_caption: str
    days_caption: str
    marked_caption: str
    generated: str
    consumed: str
    own_use: str
    bought: str
    sold: str
    imported: str
    exported: str
    unknown: str
    register_generation: str
    register_consumption: str
    register_from: str
    register_to: str
    elecoins_bought: str
    elecoins_spent: str
    elecoins_received: str
    elecoins_redeemed: str
    day: str
    marks: str
    estimated: str
    corrected: str
    estimated_mark: str
    corrected_mark: str
    nothing_marked: str
    correction_of: str
    vat_base: str
    rounding_note: str
    community_note: str
    correction_note: str
    how_to_print: str
    starts: str
    ends: str
    elecoin_price: str
    correction: str
    yes: str
    no: str

    # --- numbers ----------------------------------------------------------------------------

    def number(self, value: Fraction, digits: int, least: int | None = None) -> str:
        """Rounded to `digits` decimals; zeros beyond `least` of them are left out."""
        whole, decimals, negative = _digits(value, digits, digits if least is None else least)
        grouped = f"{whole:,}".replace(",", self.thousands)
        sign = "−" if negative else ""
        return sign + grouped + (self.decimal + decimals if decimals else "")

    def money(self, cents: int) -> str:
        return self.number(Fraction(cents, CENTS), 2)

    def kwh(self, wh: int) -> str:
        return self.number(Fraction(wh, 1000), 3)

    def plain(self, value: Fraction, digits: int) -> str:
        """A number for a sheet: no grouping, an ASCII minus."""
        whole, decimals, negative = _digits(value, digits, min(digits, 2))
        return (
            ("-" if negative else "") + str(whole) + (self.decimal + decimals if decimals else "")
        )

    def month_name(self, month: str) -> str:
        year, number = month.split("-")
        return f"{self.months[int(number) - 1]} {year}"

    def reason_of(self, code: int) -> str:
        return self.reasons.get(code) or self.other_reason.format(code=code)


def _digits(value: Fraction, digits: int, least: int) -> tuple[int, str, bool]:
    """The whole part, the decimals and whether a rounded number is negative."""
    scaled = round_half_away(value * 10**digits)
    whole, rest = divmod(abs(scaled), 10**digits)
    decimals = f"{rest:0{digits}d}" if digits else ""
    return whole, decimals[:least] + decimals[least:].rstrip("0"), scaled < 0
