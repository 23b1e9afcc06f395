"""Codes and refresh tokens stay single-use under concurrent requests."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from conformance.reference import serve

from .actors import Remote, Server, pkce

CONCURRENT = 8


@pytest.fixture
def remote(database_url):
    server = Server(database_url)
    with serve(server.reference) as url:
        yield Remote(url)
    server.close()


def concurrently(action, times=CONCURRENT):
    """Call from many threads concurrently; return the results."""
    ready = threading.Barrier(times)

    def run(number):
        ready.wait(10)
        return action(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def exchange(app, code, verifier, _number):
    return app.exchange(code, code_verifier=verifier)


def refresh(app, token, _number):
    return app.refresh(token["refresh_token"])


def revoke_or_refresh(app, token, number):
    if number % 2:
        return app.revoke(token["access_token"])
    return app.refresh(token["refresh_token"])


def delete_or_exchange(owner, app, codes, number):
    if number == 0:
        return owner.http.delete(f"/api/oauth/apps/{app.id}")
    return app.exchange(codes[number])


def statuses(responses):
    return sorted(response.status_code for response in responses)


def test_code_is_exchanged_once(remote):
    owner = remote.login("owner")
    app = owner.register()
    for _ in range(3):
        verifier, challenge = pkce()
        code = owner.code(
            app, code_challenge=challenge, code_challenge_method="S256"
        )
        responses = concurrently(partial(exchange, app, code, verifier))
        assert statuses(responses) == [200] + [400] * (CONCURRENT - 1)
        won = next(a for a in responses if a.status_code == 200).json()
        assert not app.alive(won["access_token"])
        assert app.refresh(won["refresh_token"]).status_code == 400


def test_refresh_token_is_used_once(remote):
    owner = remote.login("owner")
    app = owner.register()
    for _ in range(3):
        token = app.tokens(owner)
        responses = concurrently(partial(refresh, app, token))
        assert statuses(responses) == [200] + [400] * (CONCURRENT - 1)
        won = next(a for a in responses if a.status_code == 200).json()
        assert not app.alive(won["access_token"])


def test_nothing_escapes_a_revocation(remote):
    owner = remote.login("owner")
    app = owner.register()
    for _ in range(3):
        token = app.tokens(owner)

        responses = concurrently(partial(revoke_or_refresh, app, token))
        assert {a.status_code for a in responses} <= {200, 400}
        for response in responses:
            if "access_token" in response.json():
                assert not app.alive(response.json()["access_token"])


def test_nothing_survives_the_deletion_of_an_app(remote):
    owner = remote.login("owner")
    for _ in range(3):
        app = owner.register()
        codes = [owner.code(app) for _ in range(CONCURRENT)]

        responses = concurrently(
            partial(delete_or_exchange, owner, app, codes)
        )
        assert {a.status_code for a in responses} <= {200, 204, 400, 401}
        for response in responses:
            if response.status_code == 200:
                assert not app.alive(response.json()["access_token"])


def test_many_users_at_once(remote):
    people = [remote.login(name) for name in ("owner", "stranger")]
    apps = [person.register() for person in people]

    def flow(number):
        person, app = people[number % 2], apps[number // 2 % 2]
        token = app.tokens(person)
        refreshed = app.refresh(token["refresh_token"])
        return app.get("/api/auth/profile", refreshed.json()["access_token"])

    responses = concurrently(flow)
    assert statuses(responses) == [200] * CONCURRENT
