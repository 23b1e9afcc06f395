"""Page objects: where things are on FitTrackee's pages, and verbs.

They never judge. Ids and classes are the same from 0.7.0 to 1.3.6.
"""

from conformance.actors.pages.consent import ConsentPage, authorization_url
from conformance.actors.pages.login import LoginPage
from conformance.actors.pages.new_app import CreatedPage, NewAppPage
from conformance.actors.visitor import PATIENCE_MS

__all__ = [
    "PATIENCE_MS",
    "ConsentPage",
    "CreatedPage",
    "LoginPage",
    "NewAppPage",
    "authorization_url",
]
