"""The house rules, each with its "because".

What a reviewer would say again and again is said here, once.
"""

import ast
import importlib
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from conformance import expect, routes
from conformance.catalogue import catalogue
from conformance.catalogue.levels import Level
from conformance.lists.listing import scenario_rows

ROOT = Path(__file__).parents[1]
FILE_LINES = 400
FUNCTION_LINES = 40
CONFTEST_LINES = 20


def python_files(*folders):
    return sorted(f for d in folders for f in (ROOT / d).rglob("*.py"))


def name(file):
    return file.relative_to(ROOT).as_posix()


def parsed(file):
    return ast.parse(file.read_text("utf-8"))


SCENARIO_FILES = python_files("scenarios")
LIBRARY_FILES = python_files("conformance", "fixtures")
SCENARIOS = {
    f"{name(file)}::{node.name}": node
    for file in SCENARIO_FILES
    for node in parsed(file).body
    if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
}


def imports(file):
    """Return the modules that a file imports, ``a.b`` for both forms."""
    found = set()
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def imported(files, *modules):
    """Return (file, import) for every import of some modules."""
    return [
        (name(file), module)
        for file in files
        for module in sorted(imports(file))
        if any(module == m or module.startswith(f"{m}.") for m in modules)
    ]


def lines_of_code(function):
    """Count a function's lines, its docstring left out."""
    body = function.body
    docstring = 0
    if ast.get_docstring(function, clean=False) is not None:
        docstring = body[0].end_lineno - body[0].lineno + 1
    return function.end_lineno - function.lineno + 1 - docstring


# -- scenarios ----------------------------------------------------------


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_scenario_has_a_title(scenario):
    """Because the report prints the docstring as the scenario's title."""
    text = ast.get_docstring(SCENARIOS[scenario], clean=False) or ""
    assert text, "no docstring"
    assert "\n" not in text, "more than one line"
    assert text.endswith("."), "no full stop"
    assert text.count(". ") == 0, "more than one sentence"
    word = text.split()[0]
    named = {"_", ":"} & set(word)  # a parameter or a scope stays small
    assert named or word[0].isupper()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_title_states_what_holds(scenario):
    """Because "Test that it should…" says what the author does."""
    text = ast.get_docstring(SCENARIOS[scenario]) or ""
    first = text.split()[0]
    assert first not in {
        "Test",
        "Tests",
        "Check",
        "Checks",
        "Ensure",
        "Verify",
    }
    assert not re.search(r"\b(should|shall|will)\b", text)


def test_scenarios_are_flat_functions():
    """Because a reader wants to see the whole of a check at once."""
    classes = [
        f"{name(file)}: {node.name}"
        for file in SCENARIO_FILES
        for node in parsed(file).body
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test")
    ]
    assert classes == []


def test_scenarios_speak_through_actors():
    """Because what is sent past them is neither recorded nor swept."""
    forbidden = ("httpx", "requests", "playwright", "conformance.reference")
    assert imported(SCENARIO_FILES, *forbidden) == []


PUBLIC = (  # what scenarios may import; CONTRIBUTING lists the same
    "conformance",
    "conformance.actors",
    "conformance.actors.pages",
    "conformance.adversary.histories",
    "conformance.adversary.malformed",
    "conformance.adversary.races",
    "conformance.proxies.cells",
    "conformance.routes",
    "conformance.samples",
)
PATH = re.compile(
    r"(?:^|\s)/(?:api|\.well-known)(?:/|$)|^/(?:profile/|login\b)"
)


def test_scenarios_use_public_names_only():
    """Because whatever a check imports cannot be changed without it."""
    public = {
        f"{module}.{word}"
        for module in PUBLIC
        for word in public_names(importlib.import_module(module))
    }
    private = [
        (file, module)
        for file, module in imported(SCENARIO_FILES, "conformance")
        if module not in public
    ]
    assert private == []


def test_public_modules_are_listed():
    """Because nobody looks for what no page names."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    section = text.partition("## What scenarios may import")[2]
    listed = re.findall(
        r"^\| `([\w.]+)`", section.partition("\n## ")[0], re.MULTILINE
    )
    assert listed == list(PUBLIC)


def test_matchers_are_described():
    """Because an author chooses one by what it demands."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    section = text.partition("## Matchers")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    _, _, others = section.partition("demand nothing:")
    named = {*rows, *re.findall(r"`(\w+)`", others.partition("\n\n")[0])}
    assert named == set(expect.__all__) - {"Violation"}
    assert len(rows) == len(set(rows))


def test_matchers_know_no_server():
    """Because what judges must not be built on what it judges."""
    script = "import conformance.expect, sys; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout.split()
    ours = {m.split(".")[1] for m in loaded if m.startswith("conformance.")}
    assert not ours & {"faults", "reference", "run", "targets"}


def public_names(module):
    """Return what a module exports, what it defines if it has no list."""
    defined = [word for word in vars(module) if not word.startswith("_")]
    return getattr(module, "__all__", defined)


def strings(file):
    """Return the text of every string in a file, docstrings left out."""
    tree = parsed(file)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and ast.get_docstring(node)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
    ]


def test_scenarios_take_paths_from_routes():
    """Because a path that stands in many files is wrong in one of them."""
    literal = [
        (name(file), text)
        for file in SCENARIO_FILES
        for text in strings(file)
        if PATH.search(text)
    ]
    assert literal == []


def test_paths_are_written_once():
    """Because the library asks the same addresses as the scenarios.

    The reference and its faults keep their own, as a server would.
    """
    known = {text for word, text in vars(routes).items() if word.isupper()}
    own = ("reference/", "faults/", "routes.py", "catalogue/route_probes.py")
    apart = tuple(f"conformance/{file}" for file in own)
    repeated = [
        (name(file), text)
        for file in LIBRARY_FILES
        if not name(file).startswith(apart)
        for text in known.intersection(strings(file))
    ]
    assert repeated == []


def test_nothing_imports_a_scenario():
    """Because checks that share code break together."""
    everything = python_files("conformance", "fixtures", "scenarios", "tests")
    assert imported(everything, "scenarios", "conformance.scenarios") == []


# -- requirements -------------------------------------------------------


@pytest.fixture(scope="module")
def collected():
    """Every scenario with its requirements, as the harness sees it."""
    return scenario_rows()


@pytest.fixture(scope="module")
def verified(collected):
    """Scenarios by requirement."""
    found = {}
    for row in collected:
        for requirement in row["requirements"]:
            found.setdefault(requirement, set()).add(row["id"])
    return found


def test_scenario_verifies_something(collected):
    """Because a check without a clause is an opinion."""
    assert [s["id"] for s in collected if not s["requirements"]] == []


def test_scenario_verifies_what_is_catalogued(verified):
    """Because the report has no row for anything else."""
    assert [r for r in verified if r not in catalogue()] == []


def test_every_scenario_is_collected(collected):
    """Because a file or function that pytest passes over checks nothing."""
    ran = {"scenarios/" + s["id"].partition("[")[0] for s in collected}
    assert ran == set(SCENARIOS)


def test_requirement_is_verified_or_says_why_not(verified):
    """Because a clause that nobody looks at would seem to hold."""
    silent = [
        r.id for r in catalogue() if r.id not in verified and not r.untested
    ]
    assert silent == []


def test_reason_why_not_is_true(verified):
    """Because a stale reason hides that the clause is judged by now."""
    stale = [r.id for r in catalogue() if r.id in verified and r.untested]
    assert stale == []


def test_what_needs_a_proxy_is_judged_behind_one_alone(verified):
    """Because a run without a proxy says of the rest that it was judged."""
    for requirement, scenarios in verified.items():
        rooms = {scenario.partition("/")[0] for scenario in scenarios}
        needs = catalogue()[requirement].behind_proxy
        assert needs == (rooms == {"deployment"}), requirement


def test_may_is_observed_and_never_judged(verified):
    """Because a server is free to do what it MAY leave."""
    nodes = {
        s.removeprefix("scenarios/"): node for s, node in SCENARIOS.items()
    }
    mute = [
        (requirement.id, scenario)
        for requirement in catalogue()
        if requirement.level is Level.MAY
        for scenario in verified.get(requirement.id, ())
        if "observe" not in ast.unparse(nodes[scenario.partition("[")[0]])
    ]
    assert mute == []


@pytest.mark.parametrize("requirement", [r.id for r in catalogue()])
def test_requirement_is_written_for_readers(requirement):
    """Because the report prints title and remedy as they stand."""
    entry = catalogue()[requirement]
    assert entry.title.endswith("."), entry.title
    assert "\n" not in entry.title
    assert entry.remedy.rstrip().endswith("."), entry.remedy
    if entry.deviation:
        assert entry.deviation.where
        assert entry.deviation.says


# -- rooms --------------------------------------------------------------


def test_actors_never_judge():
    """Because a verb that asserts hides what a scenario verifies."""
    files = python_files("conformance/actors")
    assert imported(files, "conformance.expect") == []
    asserting = [
        name(file)
        for file in files
        if any(isinstance(node, ast.Assert) for node in ast.walk(parsed(file)))
    ]
    assert asserting == []


def test_library_does_not_import_its_tests():
    """Because the wheel has none."""
    assert imported(LIBRARY_FILES + SCENARIO_FILES, "tests") == []


# -- sizes --------------------------------------------------------------


@pytest.mark.parametrize("file", LIBRARY_FILES + SCENARIO_FILES, ids=name)
def test_file_is_short(file):
    """Because what does not fit a reader's head has more than one task.

    No shorter than this, lest a concept be split over files for its length.
    """
    assert len(file.read_text("utf-8").splitlines()) <= FILE_LINES


def test_functions_are_short():
    """Because a long one tells several stories."""
    long = [
        (f"{name(file)}: {node.name}", lines_of_code(node))
        for file in LIBRARY_FILES + SCENARIO_FILES
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and lines_of_code(node) > FUNCTION_LINES
    ]
    assert long == []


def test_root_conftest_is_tiny():
    """Because what it does, the installed command would not."""
    text = (ROOT / "conftest.py").read_text("utf-8")
    assert len(text.splitlines()) <= CONFTEST_LINES


# -- the repository -----------------------------------------------------


def test_no_path_of_a_developers_machine():
    """Because it tells of one machine and works on no other."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    here = {str(ROOT), sys.prefix, str(Path.home())}
    literal = "|".join(re.escape(f"{path}/") for path in here)
    home = r"/(?:home|Users)/(?!user\b|runner\b)[a-z][\w.-]*/|/ro{2}t/"
    machine = re.compile(rf"(?<![\w.-])(?:{literal}|{home})")
    found = []
    for file in filter(None, listed.stdout.split("\0")):
        try:
            text = (ROOT / file).read_text("utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue
        found += [(file, m.group()) for m in machine.finditer(text)]
    assert found == []


def library_imports():
    """Return what each module of the library imports, types included."""
    files = {}
    for file in python_files("conformance"):
        dotted = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        files[dotted.removesuffix(".__init__")] = file

    def module(target):
        return target if target in files else target.rpartition(".")[0]

    return {
        one: {module(t) for t in imports(file)} & set(files) - {one}
        for one, file in files.items()
    }


def test_no_modules_import_each_other_in_a_circle():
    known = library_imports()
    assert len(known) > 200
    TopologicalSorter(known).prepare()  # raises CycleError
