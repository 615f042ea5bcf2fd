"""Reads in the sources all that `audit.record` is given: each action, kind of object and outcome that can ever stand.

Promises: a value is followed through names, either-or and parameters, to each call of the function; what is put
together at run time comes back as its source, for the test to say what it can be. When not to use it: for other calls.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ACTION, OBJECT = 1, 2
"""Places of the arguments of `audit.record`."""


@dataclass
class Module:
    """One module, by the name of its file; `imported` are pairs of a module's name and what is taken from it."""

    name: str
    tree: ast.Module
    imported: set[tuple[str, str]] = field(default_factory=set)
    calls: list[tuple[ast.FunctionDef, ast.Call]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom):
                self.imported |= {((node.module or "").rpartition(".")[2], each.name) for each in node.names}
            if isinstance(node, ast.FunctionDef):
                self.calls += [(node, call) for call in ast.walk(node) if isinstance(call, ast.Call)]

    def calls_of(self, owner: "Module", function: str) -> Iterator[tuple[ast.FunctionDef, ast.Call]]:
        """Calls of that module's function here, by its name or as a part of its module, each with its caller."""
        by_name = self is owner or (owner.name, function) in self.imported
        by_module = owner.name in {name for _package, name in self.imported}
        for caller, call in self.calls:
            is_part = isinstance(call.func, ast.Attribute) and call.func.attr == function
            if (by_name and _is_named(call.func, function)) or (by_module and is_part):
                yield caller, call


class RecordedActs:
    """What the modules below these folders record."""

    def __init__(self, *folders: Path) -> None:
        self._modules = [_read_module(path) for folder in folders for path in sorted(folder.rglob("*.py"))]
        self._records = [
            (module, function, call)
            for module in self._modules
            for function, call in module.calls
            if _is_record(call.func)
        ]

    def values(self, argument: int) -> set[str]:
        """All that this argument can be; of a tuple its first part."""
        read = (self._read(call.args[argument], module, function) for module, function, call in self._records)
        return {value for values in read for value in values}

    def outcomes(self) -> set[str]:
        """All outcomes that are not left to be `done`."""
        return {
            value
            for module, function, call in self._records
            for given in call.keywords
            if given.arg == "outcome"
            for value in self._read(given.value, module, function)
        }

    def _read(self, source: ast.expr, module: Module, function: ast.FunctionDef) -> Iterator[str]:
        if isinstance(source, ast.Constant):
            yield str(source.value)
        elif isinstance(source, ast.IfExp):
            yield from self._read(source.body, module, function)
            yield from self._read(source.orelse, module, function)
        elif isinstance(source, ast.Tuple):
            yield from self._read(source.elts[0], module, function)
        elif isinstance(source, ast.Name):
            yield from self._read_name(source.id, module, function)
        else:
            yield ast.unparse(source)

    def _read_name(self, name: str, module: Module, function: ast.FunctionDef) -> Iterator[str]:
        if name in {each.arg for each in function.args.args + function.args.kwonlyargs}:
            given = list(self._read_parameter(name, module, function))
            yield from given or [name]
            return
        values = _assigned(name, list(ast.walk(function))) or _assigned(name, module.tree.body)
        for value in values:
            yield from self._read(value, module, function)
        if not values:
            yield name

    def _read_parameter(self, name: str, owner: Module, function: ast.FunctionDef) -> Iterator[str]:
        places = [each.arg for each in function.args.args]
        defaults = dict(zip(reversed(places), reversed(function.args.defaults), strict=False))
        defaults |= {
            each.arg: value
            for each, value in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
            if value is not None
        }
        if name in defaults:
            yield from self._read(defaults[name], owner, function)
        for module in self._modules:
            for caller, call in module.calls_of(owner, function.name):
                given = {word.arg: word.value for word in call.keywords} | dict(zip(places, call.args, strict=False))
                if name in given:
                    yield from self._read(given[name], module, caller)


@cache
def _read_module(path: Path) -> Module:
    """Read once, since several services are looked at together with the same libraries."""
    return Module(path.stem, ast.parse(path.read_text()))


def _is_named(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_record(called: ast.expr) -> bool:
    return isinstance(called, ast.Attribute) and called.attr == "record" and _is_named(called.value, "audit")


def _assigned(name: str, nodes: Sequence[ast.AST]) -> list[ast.expr]:
    """What this name is set to; of several names at once its own part."""
    found: list[ast.expr] = []
    for node in nodes:
        for target in node.targets if isinstance(node, ast.Assign) else ():
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = zip(target.elts, node.value.elts, strict=True)
                found += [value for each, value in pairs if _is_named(each, name)]
            elif _is_named(target, name):
                found.append(node.value)
    return found
