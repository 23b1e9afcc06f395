"""The table of releases: what each row changes, and how it is read."""

import re
from pathlib import Path

import pytest
from packaging.version import Version

from conformance.catalogue import releases
from conformance.catalogue.scope_map import is_documented, routes
from conformance.catalogue.scope_map import releases as columns

ROOT = Path(__file__).parents[2]
FIRST = """
["1.0.0"]
scopes = ["b:read"]
session = "bearer"
session_lifetime = 60
roles = false
pins = ["x<2"]
needs = []
creates_users = true
admin_option = ["--set-admin", "true"]
host = "localhost"
"""


def test_a_row_keeps_what_it_does_not_change():
    old, new = releases.read(
        FIRST + '["1.1.0"]\ncontract = "1.1"\nscopes = ["a:read"]\npins = []\n'
    )
    assert (old.contract, new.contract) == ("", "1.1")
    assert new.scopes == ("a:read", "b:read")
    assert (old.pins, new.pins) == (("x<2",), ())
    assert (new.session, new.host) == (old.session, old.host)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ('["1.1.0"]\nsesion = "bearer"', "1.1.0: .*sesion"),
        ('["1.1.0"]\nsession = "smoke"', r"1.1.0: .*smoke.*\$.session"),
        ('["1.1.0"]\npins = "x"', r"1.1.0: .*array.*\$.pins"),
        ('["0.9.0"]\nroles = true', "0.9.0: not in order"),
        ('["soon"]\nroles = true', "soon"),
    ],
)
def test_a_bad_row_is_named(row, message):
    with pytest.raises(
        ValueError, match=f"releases.toml: {message}"
    ) as caught:
        releases.read(FIRST + row)
    assert "\n" not in str(caught.value)


def test_a_release_between_two_rows_is_as_the_older_one():
    assert releases.release(Version("0.7.28")).version == "0.7.15"
    assert releases.release(Version("9.9")) == releases.releases()[-1]


def test_each_contract_is_a_documented_release():
    for name, last in releases.contracts().items():
        assert last.version.startswith(f"{name}.")
        assert last.version in columns()
        assert is_documented(last.version)
    assert releases.newest() == columns()[-1]


def test_each_registrable_scope_opens_a_route():
    for last in releases.contracts().values():
        needed = {route.scope for route in routes(last.version)}
        assert set(last.scopes) <= needed


def test_contracts_keep_their_names():
    assert list(releases.contracts())[-3:] == ["1.3", "0.8", "0.7"]


def test_no_module_names_the_newest_release():
    """Else a new release would be forgotten there."""
    named = f'"{releases.newest()}"'
    for folder in ("conformance", "scenarios", "benchmarks", "fixtures"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            assert named not in file.read_text("utf-8"), file


def test_the_page_about_a_new_release_names_what_exists():
    page = (ROOT / "docs" / "new-release.md").read_text("utf-8")
    named = re.findall(r"`([\w./-]+\.(?:csv|md|py|toml)|\.ci/run)`", page)
    assert "conformance/catalogue/releases.toml" in named
    for name in named:
        assert (ROOT / name).is_file(), name
