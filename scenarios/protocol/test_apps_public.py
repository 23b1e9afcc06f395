"""What an instance tells anybody, so that apps can find their way."""

from conformance import expect, verifies
from conformance.routes import CONFIG, PING


@verifies("fittrackee/api-configuration/public")
def test_configuration_is_public(app):
    """The configuration tells the version without any credentials."""
    response = app.call(None, CONFIG)

    expect.status(response, 200)
    body = expect.json_object(response)
    version = (body.get("data") or {}).get("version")
    expect.that(
        body.get("status") == "success" and isinstance(version, str),
        "status success and data.version",
        expect.summary(response),
    )


@verifies("fittrackee/api-configuration/ping")
def test_ping_is_public(app):
    """The health check answers as documented without any credentials."""
    response = app.call(None, PING)

    expect.status(response, 200)
    body = expect.json_object(response)
    expect.that(
        (body.get("status"), body.get("message")) == ("success", "pong!"),
        "status success and pong!",
        expect.summary(response),
    )
