"""Reads a FitTrackee release's routes from its package, without running it.

The package's source is parsed, never imported. Facts are taken and nothing
else: path, methods, what ``require_auth`` demands, and the scope that the
view's docstring (FitTrackee's API documentation is made from these) states.
What cannot be read with certainty is an error that names file and line.
"""

from __future__ import annotations

import ast
import re
import tarfile
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIRST_PARTY = "FIRST_PARTY"
PUBLIC = "PUBLIC"
NONE_STATED = "(none stated)"
PACKAGE = "fittrackee"

_FILE_NAME = re.compile(
    rf"{PACKAGE}-(?P<version>[^-]+?)(?:-.*\.whl|\.tar\.gz)", re.IGNORECASE
)
_SCOPE = re.compile(r"\*\*Scope\*\*\s*:\s*``([^`]+)``")
_SCOPE_LIST = "VALID_SCOPES"
#: Decorators of views that change nobody's access.
_HARMLESS = {"check_workout", "check_workout_comment"}


@dataclass(frozen=True)
class RouteFacts:
    """One method of one path, as a release's source has it.

    Attributes:
        method: HTTP method.
        path: Path with its placeholders.
        declared: Cell of ``declared.csv``, such as ``workouts:read|opt``.
        documented: Cell of ``documented.csv``, ``""`` for a route that the
            API documentation does not have.
        allow_suspended: A suspended user may use it.
        rate_limit_exempt: It does not count towards the rate limits.
    """

    method: str
    path: str
    declared: str
    documented: str
    allow_suspended: bool
    rate_limit_exempt: bool


@dataclass(frozen=True)
class Package:
    """The Python source of one release."""

    version: str
    trees: dict[str, ast.Module]


def read_package(file: Path) -> Package:
    """Parse the source in a wheel or sdist.

    Raises:
        UsageError: It is no wheel or sdist of FitTrackee.
    """
    found = _FILE_NAME.fullmatch(file.name)
    if not found:
        raise UsageError(
            f"{file}: not a wheel or sdist of FitTrackee by its name, "
            f"such as {PACKAGE}-1.2.3-py3-none-any.whl"
        )
    try:
        sources = dict(_sources(file))
        trees = {name: ast.parse(text) for name, text in sources.items()}
    except (
        OSError,
        SyntaxError,
        ValueError,
        tarfile.TarError,
        zipfile.BadZipFile,
    ) as error:
        raise UsageError(f"{file}: cannot be read: {error}") from None
    if not trees:
        raise UsageError(f"{file}: no Python package {PACKAGE} in it")
    return Package(found["version"], trees)


def route_facts(package: Package) -> list[RouteFacts]:
    """Return every route of a release, by path and method.

    Raises:
        UsageError: There is none, or one that cannot be read.
    """
    prefixes = _prefixes(package)
    found = [
        facts
        for name, tree in package.trees.items()
        for view in ast.walk(tree)
        if isinstance(view, ast.FunctionDef | ast.AsyncFunctionDef)
        for facts in _View(name, view, prefixes).routes()
    ]
    if not found:
        raise UsageError(f"{PACKAGE} {package.version}: no route found")
    return sorted(found, key=lambda facts: (facts.path, facts.method))


def registrable_scopes(package: Package) -> set[str]:
    """Return the scopes that an app can register.

    Raises:
        UsageError: The list is not where it was in every release so far.
    """
    for name, tree in package.trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and _last(node.targets[0]) == (
                _SCOPE_LIST
            ):
                try:
                    return set(ast.literal_eval(node.value))
                except ValueError:
                    raise UsageError(
                        f"{name}:{node.lineno}: {_SCOPE_LIST} is not a list "
                        f"of plain texts"
                    ) from None
    raise UsageError(f"{PACKAGE} {package.version}: no list {_SCOPE_LIST}")


def _sources(file: Path) -> Iterator[tuple[str, bytes]]:
    """Yield name and text of the package's modules."""
    if file.suffix == ".whl":
        with zipfile.ZipFile(file) as wheel:
            for name in wheel.namelist():
                if _is_module(name.split("/")):
                    yield name, wheel.read(name)
        return
    with tarfile.open(file) as sdist:
        for member in sdist:
            _, *parts = member.name.split("/")
            content = sdist.extractfile(member) if member.isfile() else None
            if content and _is_module(parts):
                yield "/".join(parts), content.read()


def _is_module(parts: list[str]) -> bool:
    if {"tests", "migrations"} & set(parts):
        return False
    return parts[:1] == [PACKAGE] and parts[-1].endswith(".py")


def _prefixes(package: Package) -> dict[str, str]:
    """Return below which path the app registers each blueprint."""
    found = {"app": ""}
    for tree in package.trees.values():
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and _name(call) == (
                "register_blueprint"
            ):
                prefix = _keywords(call).get("url_prefix")
                found[_last(call.args[0])] = (
                    ast.literal_eval(prefix).rstrip("/") if prefix else ""
                )
    return found


class _View:
    """One function, with the decorators that make it a view."""

    def __init__(
        self,
        file: str,
        function: ast.FunctionDef | ast.AsyncFunctionDef,
        prefixes: dict[str, str],
    ) -> None:
        self.file = file
        self.function = function
        self.prefixes = prefixes
        self.calls = {
            _name(d): d for d in function.decorator_list if _name(d) != "route"
        }
        text = ast.get_docstring(function) or ""
        self.documentation = " ".join(text.split())

    def routes(self) -> Iterator[RouteFacts]:
        """Yield what each ``route`` decorator adds, none for no view."""
        for decorator in self.function.decorator_list:
            if isinstance(decorator, ast.Call) and _name(decorator) == "route":
                yield from self._routes(decorator)

    def _routes(self, route: ast.Call) -> Iterator[RouteFacts]:
        blueprint = _last(route.func.value)  # type: ignore[attr-defined]
        if blueprint not in self.prefixes:
            raise self._unreadable(route, f"{blueprint} is not registered")
        for name, decorator in self.calls.items():
            if name not in {"require_auth", "exempt", *_HARMLESS}:
                raise self._unreadable(decorator, f"@{name} is unknown")
        path = self.prefixes[blueprint] + self._value(route.args[0])
        methods = _keywords(route).get("methods")
        for method in self._value(methods) if methods else ["GET"]:
            yield RouteFacts(
                method,
                path,
                self._declared(),
                "" if blueprint == "app" else self._documented(),
                bool(self._demands().get("allow_suspended_user")),
                "exempt" in self.calls,
            )

    def _demands(self) -> dict[str, Any]:
        """Return the arguments of ``require_auth``, by name."""
        call = self.calls.get("require_auth")
        if not isinstance(call, ast.Call):
            return {}
        given = _keywords(call)
        if call.args:
            given["scopes"] = call.args[0]
        role = given.pop("role", None)
        values = {name: self._value(node) for name, node in given.items()}
        if role:
            values["role"] = _last(role).lower()
        if unknown := values.keys() - {
            "allow_suspended_user",
            "as_admin",
            "optional_auth_user",
            "role",
            "scopes",
        }:
            raise self._unreadable(call, f"{min(unknown)}= is unknown")
        return values

    def _declared(self) -> str:
        """Return the cell of ``declared.csv``."""
        if "require_auth" not in self.calls:
            return PUBLIC
        demands = self._demands()
        scopes = demands.get("scopes") or [FIRST_PARTY]
        scopes = [scopes] if isinstance(scopes, str) else scopes
        if len(scopes) > 1:
            call = self.calls["require_auth"]
            raise self._unreadable(call, f"several scopes: {scopes}")
        role = "admin" if demands.get("as_admin") else demands.get("role")
        optional = "opt" if demands.get("optional_auth_user") else ""
        return "|".join(filter(None, [scopes[0], optional, role]))

    def _documented(self) -> str:
        """Return the cell of ``documented.csv``."""
        if stated := _SCOPE.search(self.documentation):
            return stated[1]
        if "(first-party application)" in self.documentation:
            return FIRST_PARTY
        return NONE_STATED if self.documentation else ""

    def _value(self, node: ast.expr) -> Any:
        try:
            return ast.literal_eval(node)
        except ValueError:
            raise self._unreadable(
                node, f"{ast.unparse(node)} is not a plain value"
            ) from None

    def _unreadable(self, node: ast.expr, why: str) -> UsageError:
        return UsageError(
            f"{self.file}:{node.lineno}: {self.function.name}: {why}; "
            f"teach conformance/lists/release_routes.py to read it"
        )


def _keywords(call: ast.Call) -> dict[str, ast.expr]:
    return {k.arg: k.value for k in call.keywords if k.arg}


def _name(node: ast.expr) -> str:
    """Return the last name of a decorator or call."""
    return _last(node.func if isinstance(node, ast.Call) else node)


def _last(node: ast.expr) -> str:
    return ast.unparse(node).rpartition(".")[2]
