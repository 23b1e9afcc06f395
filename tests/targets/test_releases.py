"""What a release needs, at the boundaries of the table."""

import pytest

from conformance.targets.releases import from_requirement


def release(version):
    return from_requirement(f"fittrackee=={version}")


@pytest.mark.parametrize(
    ("version", "names"),
    [
        ("0.7.0", {"pyjwt", "setuptools"}),
        ("0.7.6", {"pyjwt", "setuptools"}),
        ("0.7.7", {"pyjwt", "setuptools", "werkzeug", "flask"}),
        ("0.7.28", {"pyjwt", "setuptools", "werkzeug", "flask"}),
        ("0.7.29", {"pyjwt"}),
        ("0.8.11", {"pyjwt"}),
        ("0.8.12", set()),
        ("1.3.6", set()),
    ],
)
def test_pins(version, names):
    assert {pin.partition("<")[0] for pin in release(version).pins} == names


def test_postgis_since_1_0():
    assert not release("0.12.2").needs_postgis
    assert release("1.0.0").needs_postgis


def test_libmagic_since_1_3():
    assert not release("1.2.2").needs_libmagic
    assert release("1.3.0").needs_libmagic


def test_users_are_registered_before_0_7_15():
    assert not release("0.7.14").creates_users
    assert release("0.7.15").creates_users


def test_admin_is_a_role_since_0_9():
    assert release("0.8.13").admin_option == ("--set-admin", "true")
    assert release("0.9.0").admin_option == ("--set-role", "admin")


def test_old_releases_take_plain_http_from_localhost_only():
    assert release("0.12.2").host == "localhost"
    assert release("1.0.0").host == "127.0.0.1"
