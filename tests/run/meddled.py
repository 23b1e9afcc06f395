"""The command with one more pytest plugin, which a test has it load."""

import os

from conformance.cli import main
from conformance.run import isolation

isolation.ISOLATION += ("-p", os.environ["MEDDLED_BY"])
main()
