"""The command with one more pytest plugin, which a test has it load.

It is imported at once: the target starts before pytest does.
"""

import importlib
import os

from conformance.cli import main
from conformance.run import isolation

importlib.import_module(os.environ["MEDDLED_BY"])
isolation.ISOLATION += ("-p", os.environ["MEDDLED_BY"])
main()
