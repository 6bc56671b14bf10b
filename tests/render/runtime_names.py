"""What a program uses of qiskit-ibm-runtime, told from its syntax tree and held against a record of the package."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

PRIMITIVES = ("Estimator", "Sampler")
KINDS = (*PRIMITIVES, "Session", "Batch", "NoiseLearner", "QiskitRuntimeService")
OTHERS = {"submit", "append", "result"}
"""Methods of pools, lists and futures."""


def unknown_names(program: str, record: Mapping[str, Any]) -> list[str]:
    """Every import, attribute, keyword and option of ``program`` that the record does not hold."""
    tree = ast.parse(program)
    return [*_imports(tree, record), *_Checked(tree, record).problems()]


def _imports(tree: ast.AST, record: Mapping[str, Any]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("qiskit"):
            known = record["modules"].get(node.module, ())
            yield from (f"{node.module}.{alias.name}" for alias in node.names if alias.name not in known)


class _Checked:
    def __init__(self, tree: ast.AST, record: Mapping[str, Any]) -> None:
        self.tree = tree
        self.record = record
        self.kinds: dict[str, str] = {"job": "RuntimeJobV2", "session": "Session", "batch": "Batch"}
        self.dictionaries: dict[str, ast.Dict] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                self._learn(node.targets[0].id, node.value)
            if isinstance(node, ast.withitem) and isinstance(node.optional_vars, ast.Name):
                self._learn(node.optional_vars.id, node.context_expr)

    def _learn(self, name: str, value: ast.expr) -> None:
        if isinstance(value, ast.Dict):
            self.dictionaries[name] = value
        if kind := self._kind(value):
            self.kinds[name] = kind

    def _kind(self, node: ast.expr) -> str:
        """The class of an expression, as far as snippets need it."""
        match node:
            case ast.Name(id=name):
                return self.kinds.get(name, "")
            case ast.Call(func=ast.Name(id="QiskitRuntimeService"), keywords=[_, *_]):
                return "QiskitRuntimeService(local)"
            case ast.Call(func=ast.Name(id=name)) if name in KINDS:
                return name
            case ast.Call(func=ast.Attribute(attr="run")):
                return "RuntimeJobV2"
            case _:
                return ""

    def problems(self) -> Iterator[str]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield from self._call(node)
            elif isinstance(node, ast.Attribute):
                yield from self._attribute(node)

    def _call(self, node: ast.Call) -> Iterator[str]:
        name = ""
        if isinstance(node.func, ast.Name) and node.func.id in KINDS:
            name = node.func.id
        elif isinstance(node.func, ast.Attribute) and (kind := self._kind(node.func.value)):
            name = f"{kind.removesuffix('(local)')}.{node.func.attr}"
        if not name:
            return
        known = self.record["parameters"].get(name, ())
        yield from (f"{name}({word.arg}=)" for word in node.keywords if word.arg not in known)
        if len(node.args) > len(known):
            yield f"{name} takes fewer arguments"
        for word in node.keywords:
            if word.arg == "options":
                tree = self.dictionaries[word.value.id] if isinstance(word.value, ast.Name) else word.value
                yield from self._options(tree, name, "")

    def _options(self, tree: ast.expr, kind: str, above: str) -> Iterator[str]:
        assert isinstance(tree, ast.Dict)
        for key, value in zip(tree.keys, tree.values, strict=True):
            assert isinstance(key, ast.Constant)
            path = f"{above}{key.value!s}"
            if path not in self.record["options"][kind]:
                yield f"{kind} option {path}"
            if isinstance(value, ast.Dict):
                yield from self._options(value, kind, f"{path}.")

    def _attribute(self, node: ast.Attribute) -> Iterator[str]:
        names = [node.attr]
        root = node.value
        while isinstance(root, ast.Attribute):
            names.insert(0, root.attr)
            root = root.value
        kind = self._kind(root)
        if not kind:
            if names[0] not in OTHERS:
                yield ast.unparse(node)
        elif kind in PRIMITIVES and names[0] == "options":
            if len(names) > 1 and ".".join(names[1:]) not in self.record["options"][kind]:
                yield f"{kind} option {'.'.join(names[1:])}"
        elif names[0] not in self.record["members"][kind]:
            yield f"{kind}.{names[0]}"
