"""The generated pages are fresh, whole and readable."""

import re
import subprocess
import sys

import pytest

from conformance.catalogue import catalogue
from conformance.errors import UsageError
from conformance.lists import coverage_floor, requirements_page
from conformance.lists.requirements_page import PAGES, ROOT, refresh

CELLS = re.compile(r"(?<!\\)\|")


@pytest.fixture(scope="module")
def pages():
    return {name: (ROOT / name).read_text("utf-8") for name in PAGES}


def rows(page):
    return [
        [cell.strip() for cell in CELLS.split(line)[1:-1]]
        for line in page.splitlines()
        if line.startswith("|")
    ]


def test_pages_are_fresh():
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "conformance.lists.requirements_page",
            "--check",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.stdout + ran.stderr == ""
    assert ran.returncode == 0


def checkout(folder):
    (folder / "scenarios").mkdir()
    return folder


@pytest.fixture
def short(monkeypatch):
    """Pages that need no collection of scenarios."""
    made = {"A.md": lambda: "a\n", "B.md": lambda: "b\n"}
    monkeypatch.setattr(requirements_page, "PAGES", made)


@pytest.mark.usefixtures("short")
def test_only_stale_pages_are_written(tmp_path):
    root = checkout(tmp_path)
    (root / "A.md").write_text("a\n")
    (root / "B.md").write_text("something older\n")

    assert refresh(root, check=True) == ["B.md"]
    assert (root / "B.md").read_text() == "something older\n"
    assert refresh(root, check=False) == ["B.md"]
    assert (root / "B.md").read_text() == "b\n"
    assert refresh(root, check=True) == []


@pytest.mark.usefixtures("short")
def test_a_missing_page_is_stale(tmp_path):
    assert refresh(checkout(tmp_path), check=True) == ["A.md", "B.md"]


def test_nothing_is_written_outside_a_checkout(tmp_path):
    with pytest.raises(UsageError, match="not a checkout"):
        refresh(tmp_path, check=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize(("text", "status"), [("a\n", 0), ("old\n", 1)])
def test_check_says_what_to_run(tmp_path, monkeypatch, capsys, text, status):
    root = checkout(tmp_path)
    monkeypatch.setattr(requirements_page, "ROOT", root)
    (root / "A.md").write_text(text)
    (root / "B.md").write_text("b\n")

    with pytest.raises(SystemExit) as left:
        requirements_page.main(["--check"])

    assert left.value.code == status
    told = capsys.readouterr().err
    assert told == (
        f"A.md is stale: run `{requirements_page.COMMAND}`\n" if status else ""
    )


def test_bad_data_is_one_line_and_status_2(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(requirements_page, "ROOT", tmp_path)

    with pytest.raises(SystemExit) as left:
        requirements_page.main([])

    assert left.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_each_requirement_is_one_line(pages):
    listed = re.findall(r"(?m)^\| \[`([^`]+)`\]", pages["REQUIREMENTS.md"])
    plain = [
        r.id
        for r in catalogue()
        if not r.id.startswith("fittrackee/scope-map")
    ]
    assert listed == plain


def test_each_requirement_shows_proof_or_a_reason(pages):
    for cells in rows(pages["REQUIREMENTS.md"]):
        if cells[0].startswith("[`"):
            _, _, _, scenarios, faults, reason = cells
            assert scenarios or "*Untested:*" in reason, cells
            assert faults or re.search(r"\*Un(killable|tested):\*", reason)


def test_links_to_scenarios_lead_somewhere(pages):
    links = set(re.findall(r"\((scenarios/[^)]*)\)", pages["REQUIREMENTS.md"]))
    assert links
    for link in links:
        assert (ROOT / link).is_file()


def test_every_row_has_as_many_cells_as_its_heading(pages):
    for page in pages.values():
        for block in re.findall(r"(?m)(?:^\|.*\n)+", page):
            assert len({len(cells) for cells in rows(block)}) == 1


def test_the_floor_is_whole():
    names = [check.name for check in coverage_floor.checks()]
    groups = list(dict.fromkeys(name.partition(".")[0] for name in names))

    assert len(names) == len(set(names)) == 83
    assert groups == sorted(groups)
    assert all(re.fullmatch(r"[A-Z]\w+\.[A-Z]\w+", name) for name in names)


def test_each_check_of_the_floor_is_covered():
    for check in coverage_floor.checks():
        assert check.asks.endswith(".")
        judged = [catalogue()[r] for r in check.requirements]
        assert check.note or any(not r.untested for r in judged), check.name


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ('requirements = ["rfc6749/1/none"]', "rfc6749/1/none is not"),
        ("", "Group.Check has neither"),
    ],
)
def test_a_check_that_nothing_covers_is_refused(
    tmp_path, monkeypatch, entry, told
):
    file = tmp_path / "floor.toml"
    file.write_text(f'[Group.Check]\nasks = "Something."\n{entry}\n')
    monkeypatch.setattr(coverage_floor, "FILE", file)

    with pytest.raises(UsageError, match=told):
        coverage_floor.checks()


def test_the_coverage_page_has_a_row_for_each_check(pages):
    numbered = [c for c in rows(pages["COVERAGE.md"]) if c[0].isdigit()]

    assert [int(cells[0]) for cells in numbered] == list(range(1, 84))
