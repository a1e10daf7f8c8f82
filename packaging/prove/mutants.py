"""The mutants of a source file, from the compiler's syntax tree; `weave.py` makes them one text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Node = dict[str, Any]

SWAPS = {
    "<": ("<=", ">"), "<=": ("<",), ">": (">=", "<"), ">=": (">",), "==": ("!=",), "!=": ("==",),
    "+": ("-",), "-": ("+",), "*": ("/",), "/": ("*",), "%": ("*",),
    "&": ("|",), "|": ("&",), "^": ("&",), "<<": (">>",), ">>": ("<<",),
    "&&": ("||",), "||": ("&&",),
    "+=": ("-=",), "-=": ("+=",), "*=": ("/=",), "/=": ("*=",), "|=": ("&=",), "&=": ("|=",),
    "^=": ("|=",), "<<=": (">>=",), ">>=": ("<<=",),
}  # fmt: skip
OTHER_WAY = {
    "Up": "Down", "Down": "Up", "Ceil": "Floor", "Floor": "Ceil", "min": "max", "max": "min",
}  # fmt: skip
NAMED = {"ContractDefinition", "FunctionDefinition", "ModifierDefinition"}
STATEMENTS = {"ExpressionStatement", "EmitStatement", "RevertStatement"}


@dataclass(frozen=True)
class Mutant:
    """`where` is file and function; before and after are the changed piece of text."""

    where: str
    file: str
    body: tuple[int, int]  # the function (or modifier, or declaration) around, in bytes
    kind: str
    before: str
    after: str
    place: tuple[int, int]  # the piece, in bytes
    at: tuple[int, int]  # the expression or statement that chooses, in bytes
    statement: bool
    alone: bool  # cannot be chosen in its place: in a constant, or a modifier left out

    @property
    def name(self) -> str:
        squeeze = " ".join
        return f"{self.where}: {squeeze(self.before.split())} -> {squeeze(self.after.split())}"


def span(node: Node) -> tuple[int, int]:
    start, length, _ = (int(part) for part in node["src"].split(":"))
    return start, start + length


def children(node: Node) -> Iterator[tuple[str, Node]]:
    for key, value in node.items():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict) and "nodeType" in item:
                yield key, item


class Finder:
    """Walks one file's tree; `text` is its bytes."""

    def __init__(self, file: str, text: bytes, directions: set[str]) -> None:
        self.file = file
        self.text = text
        self.directions = directions
        self.found: list[Mutant] = []

    def piece(self, place: tuple[int, int]) -> str:
        return self.text[place[0] : place[1]].decode()

    def add(
        self, kind: str, place: tuple[int, int], after: str, path: list[Node], key: str
    ) -> None:
        """The piece at `place` becomes `after`; the innermost node that can choose is sought."""
        constant = any(
            one["nodeType"] == "VariableDeclaration" and one.get("constant") for one in path
        )
        alone = kind == "modifier" or constant
        chooser, statement = path[-1], path[-1]["nodeType"] in STATEMENTS
        if kind in ("constant", "direction") and not alone:
            chooser, statement = self.chooser(path)
        self.found.append(
            Mutant(
                self.where(path), self.file, self.body(path), kind, self.piece(place), after, place,
                span(chooser), statement, alone,
            )
        )  # fmt: skip

    def where(self, path: list[Node]) -> str:
        names = [node["name"] or node.get("kind", "") for node in path if node["nodeType"] in NAMED]
        return ".".join([self.file, *names])

    def body(self, path: list[Node]) -> tuple[int, int]:
        """The function, or what else stands directly in the contract or file."""
        inner = [i for i, one in enumerate(path) if one["nodeType"] == "ContractDefinition"]
        return span(path[min(inner[-1] + 1 if inner else 1, len(path) - 1)])

    def chooser(self, path: list[Node]) -> tuple[Node, bool]:
        """A number's own type is too narrow to choose in: the nearest sum or statement around."""
        for outer in reversed(path[:-1]):
            kind = outer["nodeType"]
            typed = outer.get("typeDescriptions", {}).get("typeIdentifier", "")
            if kind == "BinaryOperation" and "rational" not in typed:
                return outer, False
            if kind == "FunctionCall" and re.match(r"t_(u?int|bool)", typed):
                return outer, False
            if kind == "ForStatement" or kind.endswith("DeclarationStatement"):
                break
            if kind in ("ExpressionStatement", "Return", "EmitStatement"):
                return outer, True
        return path[-1], False

    def walk(self, node: Node, path: list[Node], key: str = "") -> None:
        kind = node["nodeType"]
        if kind in ("InlineAssembly", "StructuredDocumentation", "PragmaDirective"):
            return
        if kind == "ContractDefinition" and node["contractKind"] == "interface":
            return
        here = [*path, node]
        self.mutate(node, here, key)
        in_head = kind == "ForStatement"
        for child_key, child in children(node):
            if in_head and child_key in ("loopExpression", "initializationExpression"):
                continue
            if kind == "ModifierInvocation" or child_key == "typeName":
                continue
            self.walk(child, here, child_key)

    def mutate(self, node: Node, path: list[Node], key: str) -> None:
        kind, place = node["nodeType"], span(node)
        typed = node.get("typeDescriptions", {}).get("typeIdentifier", "")
        if kind == "BinaryOperation" and "rational" not in typed:
            left, right = span(node["leftExpression"]), span(node["rightExpression"])
            for other in SWAPS.get(node["operator"], ()):
                middle = self.piece((left[1], right[0])).replace(node["operator"], other, 1)
                after = self.piece((place[0], left[1])) + middle + self.piece((right[0], place[1]))
                self.add("operator", place, after, path, key)
        elif kind == "ExpressionStatement":
            call = node["expression"]
            if call["nodeType"] == "Assignment" and call["operator"] in SWAPS:
                left, right = span(call["leftHandSide"]), span(call["rightHandSide"])
                for other in SWAPS[call["operator"]]:
                    after = self.piece(left) + f" {other} " + self.piece(right)
                    self.add("operator", place, after, path, key)
            name = call.get("expression", {}).get("name")
            if name == "require":
                condition = span(call["arguments"][0])
                self.found.append(self.require(condition, path))
            else:
                self.add("deletion", place, "", path, key)
        elif kind in STATEMENTS:
            self.add("deletion", place, "", path, key)
        elif kind == "UnaryOperation" and node["operator"] in ("!", "-"):
            if "rational" not in typed:
                self.add("operator", place, self.piece(span(node["subExpression"])), path, key)
        elif kind == "IfStatement":
            condition = node["condition"]
            at = span(condition)
            self.add("condition", at, f"!({self.piece(at)})", [*path, condition], key)
        elif kind == "Conditional":
            yes, no = (
                self.piece(span(node["trueExpression"])),
                self.piece(span(node["falseExpression"])),
            )
            after = f"{self.piece(span(node['condition']))} ? {no} : {yes}"
            self.add("condition", place, after, path, key)
        elif kind == "Literal" and node["kind"] == "number" and "0x" not in self.piece(place):
            self.add("constant", place, f"({self.piece(place)} + 1)", path, key)
            if int(re.sub(r"\D", "", node["value"]) or 0) > 0:
                self.add("constant", place, f"({self.piece(place)} - 1)", path, key)
        elif kind == "MemberAccess":
            self.turn(node, place, path, key)
        elif kind == "FunctionCall" and self.piece(place).startswith("Math.ceilDiv("):
            first, second = (self.piece(span(argument)) for argument in node["arguments"])
            self.add("direction", place, f"(({first}) / ({second}))", path, key)
        elif kind == "ModifierInvocation" and node.get("kind") == "modifierInvocation":
            self.add("modifier", place, "", path, key)

    def turn(self, node: Node, place: tuple[int, int], path: list[Node], key: str) -> None:
        """mulWadUp -> mulWadDown and its like, where the other one exists."""
        name = node["memberName"]
        for ending, other in OTHER_WAY.items():
            if name.endswith(ending) and name[: -len(ending)] + other in self.directions:
                whole = self.piece(place)
                self.add("direction", place, whole[: -len(ending)] + other, path, key)

    def require(self, condition: tuple[int, int], path: list[Node]) -> Mutant:
        return Mutant(
            self.where(path), self.file, self.body(path), "require",
            f"require({self.piece(condition)})", "", condition, condition, False, False,
        )  # fmt: skip


def find(file: str, text: bytes, tree: Node, directions: set[str]) -> list[Mutant]:
    """All mutants of a file, in the order of the text."""
    finder = Finder(file, text, directions)
    finder.walk(tree, [])
    return sorted(finder.found, key=lambda m: (m.at[0], -m.at[1], m.place, m.after))


def rewritten(text: bytes, mutant: Mutant) -> bytes:
    """The file with this mutant alone."""
    return text[: mutant.place[0]] + mutant.after.encode() + text[mutant.place[1] :]


__all__ = ["Mutant", "Node", "children", "find", "rewritten", "span"]
