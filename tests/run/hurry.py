"""A pytest plugin that has codes grow old after ``HURRY_SECONDS``."""

import os

from conformance import old_code

old_code.OLD = float(os.environ["HURRY_SECONDS"])
