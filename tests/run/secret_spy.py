"""A pytest plugin that writes down what every process of a run knows.

``SECRETS_SPY`` is a folder that only the test reads. Each process writes
every secret that ``redact.Secrets`` learnt, and what it saw
by itself: the values of long random members in raw answers.
"""

import json
import os
import re
import uuid
from pathlib import Path

from conformance.evidence import Recorder
from conformance.evidence.redact import Secrets

# The sizes that FitTrackee gives to secrets, codes and tokens.
RANDOM = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z0-9]{42}|[A-Za-z0-9]{48})\b")
MADE_UP = 12  # different characters at most in what a scenario made up

found = set()
learn, record = Secrets.learn, Recorder.record


def learn_and_tell(secrets, value, kind):
    learnt = learn(secrets, value, kind)
    if learnt:
        found.add(value)
    return learnt


def record_and_tell(recorder, seen, **options):
    body = (seen.response or {"body": ""})["body"]
    found.update(t for t in RANDOM.findall(body) if len(set(t)) > MADE_UP)
    return record(recorder, seen, **options)


Secrets.learn = learn_and_tell
Recorder.record = record_and_tell


def pytest_unconfigure():
    """Comes after the report was written and users were swept."""
    folder = Path(os.environ["SECRETS_SPY"])
    file = folder / f"{uuid.uuid4().hex}.json"
    file.write_text(json.dumps(sorted(found)), "utf-8")
