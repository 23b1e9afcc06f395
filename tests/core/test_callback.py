"""The page that an app is called back at."""

import httpx
import pytest

from conformance.actors import callback


def test_callback_remembers_its_visits():
    with callback.listening() as listener:
        answer = httpx.get(f"{listener.url}?code=c&state=s&empty=")
        again = httpx.get(listener.url)
    assert answer.status_code == again.status_code == 200
    assert listener.visits == [
        {"code": ["c"], "state": ["s"], "empty": [""]},
        {},
    ]


def test_callback_serves_nothing_else():
    with callback.listening() as listener:
        base = listener.url.removesuffix(callback.PATH)
        assert httpx.get(f"{base}/favicon.ico").status_code == 404
    assert listener.visits == []


def test_callback_keeps_the_code_to_itself(capfd):
    with callback.listening() as listener:
        page = httpx.get(f"{listener.url}?code=a-secret-code")
    assert "a-secret-code" not in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert capfd.readouterr() == ("", "")


def test_callback_is_gone_afterwards():
    with callback.listening() as listener:
        pass
    with pytest.raises(httpx.ConnectError):
        httpx.get(listener.url)
