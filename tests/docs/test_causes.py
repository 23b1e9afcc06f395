"""Requirements share a cause only where no fault tells them apart."""

import pytest

from conformance import faults
from conformance.catalogue import catalogue
from conformance.catalogue.causes import cause_of, causes
from conformance.catalogue.parts import origin_of, parts

# A server may well violate one of these alone.
APART = [
    [
        "rfc6749/4.1.2.1/invalid-request-redirected",
        "rfc6749/4.1.2.1/invalid-scope-redirected",
    ],
    [
        "rfc7636/4.1/verifier-lengths-accepted",
        "rfc7636/4.2/s256",
        "rfc9700/2.1.1/pkce-supported",
    ],
]


@pytest.fixture(scope="module")
def violating():
    """The faults that violate each requirement, as the kill matrix proves."""
    faults.load()
    found = {}
    for fault in faults.all_faults():
        for requirement in fault.violates:
            found.setdefault(requirement, set()).add(fault.name)
    return found


def members(name):
    return [r.id for r in catalogue() if cause_of(r.id) == name]


@pytest.mark.parametrize("name", causes())
def test_one_fault_violates_all_and_none_some(violating, name):
    by_fault = {r: violating.get(r, set()) for r in members(name)}
    assert len(by_fault) > 1
    one, *others = by_fault.values()
    assert one
    assert all(other == one for other in others), by_fault


@pytest.mark.parametrize("name", causes())
def test_each_glob_names_requirements_of_no_other_cause(name):
    for glob in causes()[name].requirements:
        matching = [r.id for r in catalogue() if r.matches((glob,))]
        assert matching
        assert {cause_of(r) for r in matching} == {name}


def test_no_cause_is_left_out(violating):
    """What no fault tells apart has a cause, the scope map's guards apart.

    Each route of the map has a guard of its own, although a single fault
    opens them all.
    """
    alike = {}
    for requirement, names in violating.items():
        alike.setdefault(frozenset(names), []).append(requirement)
    without = [
        sorted(group)
        for group in alike.values()
        if len(group) > 1 and not all(map(cause_of, group))
    ]
    scopes = ("fittrackee/scope-map/", "fittrackee/oauth/scope-")
    rest = [g for g in without if not any(r.startswith(scopes) for r in g)]
    assert sorted(rest) == APART


def test_parts_name_requirements_that_exist_once():
    named = [r for part in parts().values() for r in part.requirements]
    assert len(named) == len(set(named))
    assert [r for r in named if catalogue()[r].id != r] == []


def test_origin_says_where_it_was_verified_and_what_to_do():
    for name, part in parts().items():
        for requirement in part.requirements:
            text = origin_of(requirement)
            assert part.verified in text
            assert name in text
            assert text.endswith(part.advice)
    assert origin_of("rfc6749/4.1.2/code-single-use") == ""
