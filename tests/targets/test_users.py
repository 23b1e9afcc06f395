"""New users: their passwords are not shown, their rights are checked."""

import pytest

from conformance.targets import pip, users
from conformance.targets.releases import from_requirement


def test_passwords_differ_and_are_never_shown():
    people = users.new_users()
    passwords = {user.password for user in people}
    assert len(passwords) == 3
    assert not any(password in repr(people) for password in passwords)


def test_a_failing_ftcli_shows_no_password():
    people = users.new_users()
    commands = users.create_commands(people)
    output = f"Error: {[list(command) for command in commands]}"
    blanked = pip._without_passwords(output, commands)
    assert "[password]" in blanked
    assert not any(user.password in blanked for user in people)


def test_only_the_admin_is_promoted():
    people = users.new_users()
    release = from_requirement("fittrackee==1.3.6")
    assert users.promote_commands(people, release) == [
        ("users", "update", "admin", "--set-role", "admin")
    ]


@pytest.mark.parametrize(
    ("row", "admin", "expected"),
    [
        (None, False, "is missing"),
        ({"is_active": False, "role": 10}, False, "is inactive"),
        ({"is_active": True, "role": 10}, True, "is not an admin"),
        ({"is_active": True, "role": 50}, False, "is an admin"),
        ({"is_active": True, "admin": False}, True, "is not an admin"),
        ({"is_active": True, "role": 50}, True, ""),
        ({"is_active": True, "admin": False}, False, ""),
    ],
)
def test_row_of_a_user_is_checked(row, admin, expected):
    assert users._problem(row, admin=admin) == expected
