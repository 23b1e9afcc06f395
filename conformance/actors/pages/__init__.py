"""Page objects: the elements of FitTrackee's pages, and actions on them.

They judge nothing. Ids and classes are the same from 0.7.0 to 1.3.6.
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
