"""The list of a user's apps and the look at one of them."""

import pytest

from conformance import expect, verifies
from conformance.actors import brief, must_have, must_hold
from conformance.routes import APPS, app_by_client_id, app_by_id

NOT_FOUND = {"status": "not found", "message": "OAuth2 client not found"}
NOWHERE = {
    "by client id": "GET noSuchClientIdentifier00",
    "by number": "GET 2147483647/by_id",
    "delete": "DELETE 2147483647",
    "revoke all": "POST 2147483647/revoke",
}
SIX = 6  # one more than a page holds


@pytest.fixture
def six(owner):
    """Six apps of the owner's."""
    return [owner.must_register() for _ in range(SIX)]


def must_list_page(owner, number):
    """Return the apps on one page of the list."""
    response = owner.must_get(APPS, params={"page": number})
    path = ("data", "clients")
    return must_have(response, *path, kind=list, verb="must_list_page")


@verifies("fittrackee/api-oauth2/apps-list")
def test_list_has_documented_members(owner, app):
    """The list shows each app and the pagination as documented."""
    response = owner.get(APPS)

    listed = expect.apps_listed(response)
    expect.that(listed, f"{app.name} and others", "no app")
    expect.pagination(response)
    expect.that(
        expect.member(response, "status") == "success",
        "status success",
        expect.summary(response),
    )


@verifies("fittrackee/api-oauth2/app-by-client-id")
def test_app_by_client_id(owner, app):
    """An app is found by its client id."""
    response = owner.get(app_by_client_id(app.client_id))

    shown = expect.app_shown(response)
    expect.status(response, 200)
    expect.that(
        (shown["id"], shown["name"], shown["redirect_uris"], shown["scope"])
        == (app.id, app.name, app.redirect_uris, app.scope),
        f"the app {app.name}",
        expect.summary(response),
    )


@verifies("fittrackee/api-oauth2/app-by-number")
def test_app_by_number(owner, app):
    """An app is found by its number."""
    response = owner.get(app_by_id(app.id))

    shown = expect.app_shown(response)
    expect.status(response, 200)
    expect.that(
        (shown["client_id"], shown["name"]) == (app.client_id, app.name),
        f"the app {app.name}",
        expect.summary(response),
    )


@verifies("fittrackee/api-oauth2/secret-not-shown-again")
@pytest.mark.parametrize("route", ["", "/{client_id}", "/{id}/by_id"])
def test_secret_is_shown_once(owner, app, route):
    """No look at an app shows its secret again."""
    path = APPS + route.format(client_id=app.client_id, id=app.id)
    response = owner.must_get(path)
    must_hold(
        app.name in response.text,
        f"the app {app.name}",
        brief(response),
        response,
        verb="must_show",
    )

    expect.reveals_none_of(response, app.client_secret, '"client_secret"')


@verifies("fittrackee/api-oauth2/unknown-app-404")
@pytest.mark.parametrize("case", NOWHERE)
def test_app_that_does_not_exist(owner, app, case):
    """An app that does not exist is answered as documented."""
    owner.must_show(app)  # control
    method, path = NOWHERE[case].split(" ")

    response = owner.request(method, f"{APPS}/{path}")
    came = {word: expect.member(response, word) for word in NOT_FOUND}
    expect.that(
        response.status_code == 404 and came == NOT_FOUND,
        f"404 with {NOT_FOUND}",
        expect.summary(response),
    )


@verifies("fittrackee/api-oauth2/apps-page-of-five")
@pytest.mark.usefixtures("six")
def test_page_holds_five_apps(owner):
    """With six apps, the first page holds five and the rest follow."""
    first, second = (must_list_page(owner, number) for number in (1, 2))

    expect.that(len(first) == 5, "five apps on the first page", len(first))
    expect.that(
        1 <= len(second) <= 5, "one to five on the second page", len(second)
    )


@verifies("fittrackee/api-oauth2/apps-page-parameter")
@pytest.mark.usefixtures("six")
def test_page_parameter(owner):
    """The page is the one that was asked for, the first by default."""
    for parameters, number in (({}, 1), ({"page": 1}, 1), ({"page": 2}, 2)):
        response = owner.must_get(APPS, params=parameters)
        page = expect.pagination(response)["page"]
        expect.that(page == number, f"page {number}", f"page {page}")


@verifies("fittrackee/api-oauth2/apps-pagination")
@pytest.mark.usefixtures("six")
def test_pagination_tells_the_truth(owner):
    """The numbers of the pagination agree on every page."""
    for number in (1, 2):
        response = owner.must_get(APPS, params={"page": number})
        found = expect.pagination(response)
        pages = -(-found["total"] // 5)
        truth = {
            "has_next": number < pages,
            "has_prev": number > 1,
            "page": number,
            "pages": pages,
        }
        expect.that(found["total"] >= SIX, "six or more", found["total"])
        expect.that(found == {**found, **truth}, str(truth), found)


@verifies("fittrackee/api-oauth2/apps-list-complete")
def test_every_app_is_listed(owner, six):
    """Each of six apps stands on one of the pages."""
    wanted = {app.id for app in six}
    seen = set()
    # Other scenarios add and delete apps meanwhile, which moves some from
    # one page to another: what one walk missed, the next one finds.
    for _ in range(3):
        seen |= set(owner.app_ids())
        if wanted <= seen:
            break

    expect.that(
        wanted <= seen, "all six apps", f"{len(wanted & seen)} of the six"
    )


@verifies("robustness/apps-page-survives")
@pytest.mark.parametrize(
    "page",
    ["0", "-1", "", "abc", "1.5", "99999999999999999999", "\0"],
    ids=["zero", "negative", "empty", "word", "half", "huge", "nul"],
)
def test_page_that_cannot_be(owner, page):
    """A page that cannot be makes no server error."""
    owner.must_get(APPS)  # control
    response = owner.get(APPS, params={"page": page})

    expect.that(
        response.status_code < 500, "no server error", expect.summary(response)
    )


@verifies("robustness/app-identifier-survives")
@pytest.mark.parametrize(
    "path",
    ["%00", "a" * 2_000, "99999999999999999999/by_id", "0/by_id"],
    ids=["nul", "long", "huge", "zero"],
)
def test_identifier_that_cannot_be(owner, app, path):
    """An identifier that no app can have makes no server error."""
    owner.must_show(app)  # control
    response = owner.get(f"{APPS}/{path}")

    expect.that(
        response.status_code < 500, "no server error", expect.summary(response)
    )
