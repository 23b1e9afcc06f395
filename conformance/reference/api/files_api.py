"""The public addresses outside the API: feeds, pictures, the icon.

Nobody has recorded a workout here, so that each user's feed is empty and
no picture exists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Response, redirect, request

from conformance.reference.api.answers import not_found
from conformance.reference.api.users_api import must_be_named
from conformance.reference.api.views import Views

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from conformance.reference.protect import Caller
    from conformance.reference.seams import Seams

NEVER = "1970-01-01T00:00:00Z"  # no entry was ever added

views = Views()


@views.at("GET /users/<string:user_name>/workouts.atom")
def atom_feed(server: Seams, _caller: Caller, user_name: str) -> Response:
    """Return a user's workouts as an Atom feed (RFC 4287)."""
    user = must_be_named(server, user_name)
    feed = Element("feed", xmlns="http://www.w3.org/2005/Atom")
    for name, text in (
        ("id", request.base_url),
        ("title", f"Workouts of {user.username}"),
        ("updated", NEVER),
    ):
        SubElement(feed, name).text = text
    return _xml(feed, "application/atom+xml")


@views.at("GET /users/<string:user_name>/workouts.rss")
def rss_feed(server: Seams, _caller: Caller, user_name: str) -> Response:
    """Return a user's workouts as an RSS 2.0 feed."""
    user = must_be_named(server, user_name)
    feed = Element("rss", version="2.0")
    channel = SubElement(feed, "channel")
    title = f"Workouts of {user.username}"
    for name, text in (
        ("title", title),
        ("link", request.url_root),
        ("description", title),
    ):
        SubElement(channel, name).text = text
    return _xml(feed, "application/rss+xml")


def _xml(root: Element, mimetype: str) -> Response:
    """Return an XML document."""
    text = tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(text, mimetype=mimetype)


@views.at("GET /media/<media_file_name>")
def media(_server: Seams, _caller: Caller, media_file_name: str) -> Response:
    """Return a picture: there is none."""
    del media_file_name
    not_found("file does not exist")


@views.at("GET /favicon.ico")
def icon(_server: Seams, _caller: Caller) -> ResponseReturnValue:
    """Lead to the icon."""
    return redirect("/static/icon.svg")
