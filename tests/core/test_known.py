"""The list of accepted deviations: its errors, and that it is strict."""

import datetime as dt

import pytest
from packaging.specifiers import SpecifierSet

from conformance.errors import UsageError
from conformance.verdicts.known import Known, excuse, problems, read

from .made import scenario_result

ONE = "rfc6749/4.1.2/code-single-use"
TWO = "rfc6749/4.1.3/code-bound-to-client"
SCENARIO = "protocol/test_code.py::test_code_cannot_be_replayed"
TODAY = dt.date(2027, 1, 31)


def entry(more):
    return f'[[known]]\nreason = "r"\nrequirement = "{ONE}"\n{more}'


@pytest.fixture
def listed(tmp_path):
    """Write a list and read it: a function that takes the text."""

    def reading(text):
        file = tmp_path / "known.toml"
        file.write_text(text, "utf-8")
        return read(file)

    return reading


def ran(verdict, *requirements, scenario="protocol/test_x.py::test_y"):
    return scenario_result(scenario, verdict, "", requirements or (ONE,))


def test_entry_is_read(listed):
    [found] = listed(
        f'[[known]]\nrequirement = "{ONE}"\nreason = "we know"\n'
        'link = "https://example.org/1"\nowner = "me"\n'
        'versions = ">=1.3,<1.4"\nexpires = 2027-01-31\n'
    )
    assert found == Known(
        reason="we know",
        requirement=ONE,
        link="https://example.org/1",
        owner="me",
        versions=SpecifierSet(">=1.3,<1.4"),
        expires=TODAY,
    )
    assert found.subject == ONE


def test_scenario_is_a_subject_too(listed):
    [found] = listed(f'[[known]]\nscenario = "{SCENARIO}"\nreason = "r"')
    assert (found.scenario, found.requirement) == (SCENARIO, "")


def test_parameters_of_a_scenario_are_left_aside(listed):
    named = f"{SCENARIO}[some parameters]"
    [found] = listed(f'[[known]]\nscenario = "{named}"\nreason = "r"')
    assert found.subject == named


def test_empty_list_is_fine(listed):
    assert listed("") == []


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("[[known]", "known.toml: .*at line 1"),
        ("[other]\n", r"only \[\[known\]\] tables are allowed"),
        ('known = "x"', r"only \[\[known\]\] tables are allowed"),
        ("known = [3]", "entry 1: Expected `object`, got `int`"),
        (
            f'[[known]]\nrequirement = "{ONE}"',
            "entry 1: .*missing required field `reason`",
        ),
        (
            f'[[known]]\nrequirement = "{ONE}"\nreason = " "',
            "1: reason is blank",
        ),
        ('[[known]]\nreason = "r"', "entry 1: needs a requirement or a scen"),
        (
            f'[[known]]\nreason = "r"\nrequirement = "{ONE}"\nscenario = "s"',
            "entry 1: needs a requirement or a scenario",
        ),
        (
            '[[known]]\nreason = "r"\nrequirement = "rfc6749/1/no"',
            "entry 1: rfc6749/1/no is not in the catalogue",
        ),
        (
            f'[[known]]\nreason = "r"\nrequirement = ["{ONE}"]',
            r"entry 1: Expected `str`, got `array` - at `\$.requirement`",
        ),
        (
            '[[known]]\nreason = "r"\nscenario = "protocol/test_code.py::no"',
            "entry 1: protocol/test_code.py::no is not a scenario",
        ),
        (
            '[[known]]\nreason = "r"\nscenario = "../conformance/cli.py::run"',
            "entry 1: .* is not a scenario",
        ),
        (
            f'[[known]]\nreason = "r"\nrequirement = "{ONE}"\ncolour = "red"',
            "entry 1: .*unknown field `colour`",
        ),
        (
            entry('expires = "2027-01-31"'),
            r"entry 1: Expected `date.*`\$.expires`",
        ),
        (
            entry("expires = 2027-01-31T10:00:00"),
            r"entry 1: Expected `date.*`\$.expires`",
        ),
        (
            entry('versions = "new ones"'),
            "entry 1: versions must be a range such as >=1.3,<1.4",
        ),
        (
            entry('[[known]]\nreason = "r"'),
            "entry 2: needs a requirement",
        ),
    ],
)
def test_error_names_the_file_and_the_entry(listed, text, error):
    with pytest.raises(UsageError, match=error) as raised:
        listed(text)
    assert raised.value.message.startswith("--known ")
    assert "\n" not in raised.value.message


def test_unreadable_list_is_an_error(tmp_path):
    with pytest.raises(UsageError, match="No such file"):
        read(tmp_path / "absent.toml")
    with pytest.raises(UsageError, match="Is a directory"):
        read(tmp_path)
    (tmp_path / "latin").write_bytes(b"# caf\xe9")
    with pytest.raises(UsageError, match="utf-8"):
        read(tmp_path / "latin")


@pytest.mark.parametrize(
    ("versions", "version", "covers"),
    [
        ("", "1.3.6", True),
        ("", "", True),
        (">=1.3,<1.4", "1.3.6", True),
        (">=1.3,<1.4", "1.4.0", False),
        (">=1.3,<1.4", "1.4.0rc1", False),
        (">=1.3", "1.3.7.dev1", True),
        (">=1.3", "", False),
        (">=1.3", "nightly", False),
    ],
)
def test_entry_covers_a_range_of_releases(versions, version, covers):
    entry = Known("r", ONE, versions=SpecifierSet(versions))
    assert entry.covers(version) is covers


def test_last_day_still_counts():
    entry = Known("r", ONE, expires=TODAY)
    assert not entry.expired(TODAY)
    assert entry.expired(TODAY + dt.timedelta(days=1))
    assert not Known("r", ONE).expired(dt.date.max)


def test_each_requirement_has_to_be_excused():
    one, two = Known("first", ONE), Known("second", TWO)
    assert excuse([one], "s", (ONE,)) is one
    assert excuse([one], "s", (ONE, TWO)) is None
    assert excuse([one, two], "s", (ONE, TWO)) is one
    assert excuse([one], "s", (TWO,)) is None
    assert excuse([], "s", (ONE,)) is None


def test_listed_scenario_is_excused_as_a_whole():
    entry = Known("r", scenario="s")
    assert excuse([entry], "s", (ONE, TWO)) is entry
    assert excuse([entry], "another", (ONE,)) is None


@pytest.mark.parametrize("entry", [Known("r", ONE), Known("r", scenario="s")])
@pytest.mark.parametrize(
    ("verdicts", "wrong"),
    [
        (["pass"], True),
        (["pass", "pass"], True),
        (["known"], False),
        (["pass", "known"], False),
        (["pass", "fail"], False),
        (["warn"], False),
        (["pass", "error"], True),
        (["error"], False),
        (["blocked"], False),
        (["unsupported"], False),
        ([], False),
    ],
)
def test_listed_but_conforming_is_a_problem(entry, verdicts, wrong):
    rows = [ran(verdict, scenario="s") for verdict in verdicts]
    rows.append(ran("pass", TWO))
    gone = [f"{entry.subject}: listed, but it conforms now"]
    assert problems([entry], rows, TODAY) == (gone if wrong else [])


def test_expired_entry_is_a_problem_where_it_was_judged():
    entry = Known("r", ONE, expires=dt.date(2027, 1, 30))
    assert problems([entry], [ran("known")], TODAY) == [
        f"{ONE}: expired on 2027-01-30"
    ]
    assert problems([entry], [ran("pass", TWO)], TODAY) == []
