"""The house rules about preconditions, each with its "because".

A verdict says that a server broke the clause that a scenario cites. What
has to hold before that can be judged may only block.
"""

import ast
import re
import tokenize
from functools import cache
from pathlib import Path

import pytest

from conformance.catalogue import catalogue
from conformance.catalogue.levels import Level
from conformance.lists.listing import scenario_rows

ROOT = Path(__file__).parents[1]
TELLING = {  # names of expect that return something and never judge
    "challenge_attributes",
    "challenge_parameters",
    "error_codes",
    "member",
    "summary",
    "value",
    "listed",
    "describe",
}
BLOCKING = {"Blocked", "unmet", "_gone"}  # what makes a Blocked to raise
UNCHECKED = {"json", "json_body", "member", "json_object"}
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


def files(*folders):
    return sorted(f for d in folders for f in (ROOT / d).rglob("*.py"))


def name(file):
    return file.relative_to(ROOT).as_posix()


@cache
def parsed(file):
    return ast.parse(file.read_text("utf-8"))


SCENARIOS = files("scenarios")
LIBRARY = [
    file
    for file in files("conformance", "fixtures")
    if not name(file).startswith(
        ("conformance/reference/", "conformance/faults/")
    )
]


def functions(file):
    return [n for n in ast.walk(parsed(file)) if isinstance(n, FUNCTION)]


def called(node):
    """Return the last names of everything that is called in a node."""
    calls = [n.func for n in ast.walk(node) if isinstance(n, ast.Call)]
    return {f.attr for f in calls if isinstance(f, ast.Attribute)} | {
        f.id for f in calls if isinstance(f, ast.Name)
    }


def matchers(node):
    """Return the matchers of expect that a node names, judging ones only."""
    return {
        n.attr
        for n in ast.walk(node)
        if isinstance(n, ast.Attribute)
        and isinstance(n.value, ast.Name)
        and n.value.id == "expect"
    } - TELLING


def judges(node, helpers):
    """Tell whether a function judges, itself or by a helper beside it.

    Args:
        node: The function.
        helpers: The functions of its file, by name.
    """
    seen, todo = set(), [node]
    while todo:
        one = todo.pop()
        if matchers(one) or any(
            isinstance(n, ast.Assert) for n in ast.walk(one)
        ):
            return True
        names = {
            n.id for n in ast.walk(one) if isinstance(n, ast.Name)
        } | called(one)
        new = {n for n in names if n in helpers} - seen
        seen |= new
        todo += [helpers[n] for n in new]
    return False


def blocks(node, helpers):
    """Tell whether a function raises Blocked, or leaves it to a verb."""
    raised = {
        word
        for n in ast.walk(node)
        if isinstance(n, ast.Raise) and n.exc
        for word in called(n.exc)
    }
    verbs = called(node) - {node.name}
    own = [helpers[n] for n in verbs if n in helpers and n.startswith("_")]
    made = {n for n in raised if n in helpers and makes_blocked(helpers[n])}
    return (
        bool(raised & BLOCKING or made)
        or any(n.startswith("must_") for n in verbs)
        or any(blocks(n, {}) for n in own)
    )


def declares(node):
    """Whether a function has no body but its docstring, as in a Protocol."""
    return len(node.body) == 1 and ast.get_docstring(node) is not None


def makes_blocked(node):
    return node.returns is not None and "Blocked" in ast.unparse(node.returns)


def by_name(file):
    return {f.name: f for f in functions(file)}


def is_fixture(node):
    marks = map(ast.unparse, node.decorator_list)
    return any(re.search(r"\bfixture\b", mark) for mark in marks)


def controls(file):
    """Return the lines that end in a comment that says control."""
    with file.open("rb") as stream:
        return {
            token.start[0]
            for token in tokenize.tokenize(stream.readline)
            if token.type == tokenize.COMMENT
            and re.match(r"#\s*control\b", token.string)
        }


# -- preconditions ------------------------------------------------------


def test_control_does_not_judge():
    """Because its failure says nothing about the clause that is cited."""
    judging = [
        f"{name(file)}:{node.lineno}"
        for file in SCENARIOS
        if (marked := controls(file))
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Expr | ast.Assign | ast.AnnAssign)
        and marked & set(range(node.lineno, node.end_lineno + 1))
        and matchers(node)
    ]
    assert judging == []


def test_fixture_does_not_judge():
    """Because pytest calls what fails in a fixture an error of ours."""
    judging = [
        f"{name(file)}: {node.name}"
        for file in SCENARIOS + files("fixtures")
        for node in functions(file)
        if is_fixture(node) and judges(node, by_name(file))
    ]
    assert judging == []


def test_must_is_a_precondition():
    """Because whoever reads must_ trusts that it blocks and never judges."""
    verbs = {
        f"{name(file)}: {node.name}": (node, by_name(file))
        for file in SCENARIOS + LIBRARY
        for node in functions(file)
        if node.name.lstrip("_").startswith("must_") and not declares(node)
    }
    assert [verb for verb, found in verbs.items() if judges(*found)] == []
    assert [verb for verb, found in verbs.items() if not blocks(*found)] == []


def test_preconditions_know_no_matcher():
    """Because a verb that judges hides what a scenario verifies."""
    mixed = [
        name(file)
        for file in LIBRARY
        if any(f.name.lstrip("_").startswith("must_") for f in functions(file))
        and "conformance.expect" in ast.unparse(parsed(file))
    ]
    assert mixed == []


def test_may_never_fails():
    """Because a server is free to do what it MAY leave.

    What a MAY's scenario needs is a precondition like any other.
    """
    optional = {
        row["id"].partition("[")[0]
        for row in scenario_rows()
        for requirement in row["requirements"]
        if catalogue()[requirement].level is Level.MAY
    }
    assert optional
    judging = [
        f"{name(file)}::{node.name}"
        for file in SCENARIOS
        for node in functions(file)
        if f"{name(file)}::{node.name}".removeprefix("scenarios/") in optional
        and judges(node, by_name(file))
    ]
    assert judging == []


# -- what servers answer ------------------------------------------------


def test_scenario_reads_no_unchecked_body():
    """Because a KeyError is an error of ours, the answer the server's."""
    unread = [
        f"{name(file)}:{node.lineno}"
        for file in SCENARIOS
        for node in ast.walk(parsed(file))
        if (isinstance(node, ast.Subscript) and is_unread(node.value))
        or is_json(node)
    ]
    assert unread == []


def test_library_expects_any_body():
    """Because a server that answers nonsense is no error of ours."""
    bare = []
    for file in LIBRARY:
        tries = [n for n in ast.walk(parsed(file)) if isinstance(n, ast.Try)]
        guarded = {id(inner) for n in tries for inner in ast.walk(n)}
        bare += [
            f"{name(file)}:{node.lineno}"
            for node in ast.walk(parsed(file))
            if is_json(node) and not node.args and id(node) not in guarded
        ]
    assert bare == []


def is_unread(value):
    """Tell whether a value is a server's JSON that nothing has looked at."""
    if isinstance(value, ast.Attribute):
        return value.attr == "body"
    if not isinstance(value, ast.Call):
        return False
    function = value.func
    word = getattr(function, "attr", getattr(function, "id", ""))
    return word in UNCHECKED


def is_json(node):
    """Tell whether a node reads a body as JSON."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "json"
    )


# -- the rules themselves -----------------------------------------------


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("expect.success(r)", True),
        ("expect.member(r, 'x')", False),
        ("assert r", True),
        ("helper(r)", True),
        ("[helper, 1]", True),
        ("must_succeed(r)", False),
    ],
)
def test_judging_is_seen(source, found):
    helper = ast.parse("def helper(r):\n    expect.code(r)").body[0]
    node = ast.parse(f"def scenario(r):\n    {source}").body[0]
    assert judges(node, {"helper": helper}) is found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("raise Blocked('x')", True),
        ("raise unmet('v', 'x')", True),
        ("owner.must_get('/')", True),
        ("_own()", True),
        ("must_x(r)", False),  # itself
        ("raise ValueError('x')", False),
        ("expect.success(r)", False),
    ],
)
def test_blocking_is_seen(source, found):
    own = ast.parse("def _own():\n    raise Blocked('x')").body[0]
    node = ast.parse(f"def must_x(r):\n    {source}").body[0]
    assert blocks(node, {"_own": own}) is found
