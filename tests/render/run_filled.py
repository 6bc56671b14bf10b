"""Run a snippet as a user would: with the placeholders filled in."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

Fill = Callable[[str, str, tuple[Any, ...]], Any]
"""Name of a placeholder, what it says it wants, its arguments: what it returns."""


def run_filled(program: str, fill: Fill) -> dict[str, Any]:
    """The variables that the program leaves."""
    tree = ast.fix_missing_locations(_Filled().visit(ast.parse(program)))
    variables: dict[str, Any] = {"_fill": fill}
    exec(compile(tree, "snippet", "exec"), variables)
    return variables


class _Filled(ast.NodeTransformer):
    """Each placeholder hands over to ``_fill``."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        raised = node.body[0]
        if isinstance(raised, ast.Raise) and isinstance(raised.exc, ast.Call):
            wanted = raised.exc.args[0]
            assert isinstance(wanted, ast.Constant)
            arguments = ", ".join(argument.arg for argument in node.args.args)
            handed = f"({arguments},)" if arguments else "()"
            node.body = ast.parse(f"return _fill({node.name!r}, {wanted.value!r}, {handed})").body
        return node
