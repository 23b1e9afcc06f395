"""A pytest plugin that has codes grow old after ``HURRY_SECONDS``."""

import os

from conformance.run import aged_code

aged_code.OLD = float(os.environ["HURRY_SECONDS"])
