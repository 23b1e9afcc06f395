"""A pytest plugin that has codes grow old after ``HURRY_SECONDS``."""

import os


def pytest_configure():
    from conformance.fixtures import ageing

    ageing.OLD = float(os.environ["HURRY_SECONDS"])
