"""The command with one more pytest plugin, which a test has it load."""

import os

from conformance import alone
from conformance.cli import main

alone.ISOLATION += ("-p", os.environ["MEDDLED_BY"])
main()
