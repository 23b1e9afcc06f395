"""The reference as a target."""

import httpx
import pytest

from conformance.errors import UsageError
from conformance.targets import parse


def login(instance, user):
    return httpx.post(
        f"{instance.url}/api/auth/login",
        json={"email": user.email, "password": user.password},
        timeout=30,
    )


def test_reference_starts_with_three_users_and_ends():
    with parse("reference", environ={}).start() as instance:
        config = httpx.get(f"{instance.url}/api/config").json()
        assert config["data"]["version"] == instance.version
        assert (instance.kind, instance.disposable) == ("reference", True)
        for user in (instance.owner, instance.stranger, instance.admin):
            assert login(instance, user).status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{instance.url}/api/ping")


@pytest.mark.parametrize(
    ("text", "fault", "expected"),
    [
        ("reference:9.9", None, "no contract '9.9'"),
        ("reference", "no_such_fault", "no fault 'no_such_fault'"),
    ],
)
def test_unknown_contract_or_fault_is_one_line(text, fault, expected):
    target = parse(text, environ={}, fault=fault)
    with pytest.raises(UsageError) as caught, target.start():
        pass
    assert expected in caught.value.message
    assert "\n" not in caught.value.message
