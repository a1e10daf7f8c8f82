"""What Prometheus makes of scrapes: the part of PromQL that our alert rules use, and `for`.

Queries are parsed by promql-parser. `increase`, `rate` and `delta` do not extrapolate to the ends
of their range, so they are never larger than Prometheus's own. Compared once with promtool 3.5 on
168 random histories of the rules' metrics, six for each rule, at 12 times each.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import promql_parser as promql
import yaml
from prometheus_client.parser import text_string_to_metric_families

RULES = Path(__file__).parents[1] / "packaging" / "prometheus" / "alerts.yml"
STALE = 300.0
"""Seconds for which a sample is the present one."""

Labels = frozenset[tuple[str, str]]
Vector = dict[Labels, float]
COMPARE: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq, "!=": operator.ne, ">": operator.gt, "<": operator.lt,
    ">=": operator.ge, "<=": operator.le,
}  # fmt: skip
COMPUTE: dict[str, Callable[[float, float], float]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul,
    "/": lambda a, b: a / b if b else math.copysign(math.inf, a) if a else math.nan,
}  # fmt: skip
NAME = "__name__"


@dataclass(frozen=True)
class Rule:
    name: str
    query: str
    patience: float
    severity: str
    runbook: str

    @property
    def metrics(self) -> set[str]:
        found: set[str] = set()
        _walk(promql.parse(self.query), found)
        return found


def rules() -> dict[str, Rule]:
    """The rules that ship, by name."""
    found = [
        Rule(
            rule["alert"], rule["expr"], _seconds(rule.get("for")),
            rule["labels"]["severity"], rule["annotations"]["runbook"],
        )
        for group in yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
        for rule in group["rules"]
    ]  # fmt: skip
    names = [rule.name for rule in found]
    assert len(set(names)) == len(names)
    return {rule.name: rule for rule in found}


def _seconds(text: str | None) -> float:
    return 0.0 if text is None else float(promql.parse_duration(text).total_seconds())


def _walk(node: Any, found: set[str]) -> None:
    if isinstance(node, promql.VectorSelector):
        found.add(node.name)
    for name in ("lhs", "rhs", "expr", "vector_selector"):
        if hasattr(node, name):
            _walk(getattr(node, name), found)
    for argument in getattr(node, "args", ()):
        _walk(argument, found)


@dataclass
class History:
    """Scrapes of one instance, and what rules say of them."""

    job: str
    instance: str = "edge-1"
    series: dict[Labels, list[tuple[float, float]]] = field(default_factory=dict)
    at: list[float] = field(default_factory=list)

    def scrape(self, when: float, text: str | None) -> None:
        """What /metrics said; None where it did not answer."""
        self.at.append(when)
        target = {("job", self.job), ("instance", self.instance)}
        self._add({(NAME, "up"), *target}, when, 0.0 if text is None else 1.0)
        for family in text_string_to_metric_families(text or ""):
            for sample in family.samples:
                labels = {(NAME, sample.name), *sample.labels.items(), *target}
                self._add(labels, when, sample.value)

    def _add(self, labels: set[tuple[str, str]], when: float, value: float) -> None:
        self.series.setdefault(frozenset(labels), []).append((when, value))

    def names(self) -> set[str]:
        return {dict(labels)[NAME] for labels in self.series}

    def firing(self, rule: Rule) -> bool:
        """Did it fire at any scrape? Rules are looked at when scrapes come."""
        tree = promql.parse(rule.query)
        since: dict[Labels, float] = {}
        for now in self.at:
            holding = self._value(tree, now)
            assert isinstance(holding, dict)
            since = {labels: since.get(labels, now) for labels in holding}
            if any(now - began >= rule.patience for began in since.values()):
                return True
        return False

    # --- queries ------------------------------------------------------------------------------

    def _value(self, node: Any, now: float) -> Vector | float:
        match node:
            case promql.NumberLiteral():
                return float(node.val)
            case promql.ParenExpr():
                return self._value(node.expr, now)
            case promql.VectorSelector():
                latest = {k: s[-1] for k, s in self._samples(node, now, STALE).items()}
                # A series that the last scrape did not have is gone at once.
                last = max(at for at in self.at if at <= now)
                return {k: value for k, (at, value) in latest.items() if at == last}
            case promql.Call():
                return self._call(node, now)
            case promql.AggregateExpr():
                return self._aggregate(node, now)
            case promql.BinaryExpr():
                return self._binary(node, now)
        raise NotImplementedError(type(node).__name__)

    def _samples(
        self, node: Any, now: float, reach: float
    ) -> dict[Labels, list[tuple[float, float]]]:
        assert node.offset is None
        assert node.at is None
        found = {}
        for labels, samples in self.series.items():
            if _matches(node, dict(labels)):
                inside = [(t, v) for t, v in samples if now - reach < t <= now]
                if inside:
                    found[labels] = inside
        return found

    def _call(self, node: Any, now: float) -> Vector | float:
        name = node.func.name
        if name == "time":
            return now
        if name == "abs":
            inner = self._value(node.args[0], now)
            assert isinstance(inner, dict)
            return {_bare(k): abs(v) for k, v in inner.items()}
        matrix = node.args[0]
        reach = matrix.range.total_seconds()
        ranges = self._samples(matrix.vector_selector, now, reach)
        of = {"increase": _increase, "delta": _delta, "changes": _changes,
              "rate": lambda values: _increase(values) / reach}[name]  # fmt: skip
        # One sample has no increase; that nothing changed can be said of it.
        least = 1 if name == "changes" else 2
        return {
            _bare(k): of([value for _, value in samples])
            for k, samples in ranges.items()
            if len(samples) >= least
        }

    def _aggregate(self, node: Any, now: float) -> Vector:
        inner = self._value(node.expr, now)
        assert isinstance(inner, dict)
        assert str(node.modifier.type).endswith("By")
        groups: dict[Labels, list[float]] = {}
        for labels, value in inner.items():
            groups.setdefault(_only(labels, node.modifier.labels), []).append(value)
        reduce = {"sum": sum, "max": max, "min": min}[str(node.op)]
        return {labels: float(reduce(values)) for labels, values in groups.items()}

    def _binary(self, node: Any, now: float) -> Vector | float:
        left, right = self._value(node.lhs, now), self._value(node.rhs, now)
        op, on = str(node.op), _on(node)
        if op == "and":
            assert isinstance(left, dict)
            assert isinstance(right, dict)
            keys = {_key(k, on) for k in right}
            return {k: v for k, v in left.items() if _key(k, on) in keys}
        if isinstance(left, float) and isinstance(right, float):
            return COMPUTE[op](left, right)
        pairs: list[tuple[Labels, float, float]] = []
        if isinstance(left, dict) and isinstance(right, dict):
            others = {_key(k, on): v for k, v in right.items()}
            assert len(others) == len(right), "many to one"
            pairs = [(k, v, others[_key(k, on)]) for k, v in left.items() if _key(k, on) in others]
        elif isinstance(left, dict):
            pairs = [(k, v, right) for k, v in left.items()]  # type: ignore[misc]  # a float here
        else:
            pairs = [(k, left, v) for k, v in right.items()]  # type: ignore[union-attr]  # a dict
        if op in COMPARE:
            return {k: a for k, a, b in pairs if COMPARE[op](a, b)}
        return {_bare(k): COMPUTE[op](a, b) for k, a, b in pairs}


def _matches(node: Any, labels: dict[str, str]) -> bool:
    if labels[NAME] != node.name:
        return False
    for one in node.matchers.matchers:
        value = labels.get(one.name, "")
        same = value == one.value
        like = re.fullmatch(one.value, value) is not None
        op = str(one.op).rpartition(".")[2]
        if not {"Equal": same, "NotEqual": not same, "Re": like, "NotRe": not like}[op]:
            return False
    return True


def _on(node: Any) -> Sequence[str] | None:
    matching = getattr(node.modifier, "matching", None)
    if matching is None:
        return None
    assert str(matching.type).endswith("Include")
    return list(matching.labels)


def _bare(labels: Labels) -> Labels:
    return frozenset((k, v) for k, v in labels if k != NAME)


def _only(labels: Labels, names: Sequence[str]) -> Labels:
    return frozenset((k, v) for k, v in labels if k in names)


def _key(labels: Labels, on: Sequence[str] | None) -> Labels:
    return _bare(labels) if on is None else _only(labels, on)


def _increase(values: Sequence[float]) -> float:
    """A counter that falls began anew at 0."""
    return sum(b - a if b >= a else b for a, b in pairwise(values))


def _delta(values: Sequence[float]) -> float:
    return values[-1] - values[0]


def _changes(values: Sequence[float]) -> float:
    return float(sum(a != b for a, b in pairwise(values)))
