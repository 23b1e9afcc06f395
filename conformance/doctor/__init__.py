"""``fittrackee-conformance doctor``: diagnoses a reverse proxy.

Reading order: ``causes.toml`` and ``remedies.toml`` (known problems and
their configuration lines), ``examination.py`` (findings, the root cause
first), ``probe.py`` (sends and counts requests), then the checks:
``tls.py``, ``scheme.py``, ``plain.py``, ``sessions.py``, ``anonymous.py``,
``answers.py``, ``body.py``; ``diagnosis.py`` (all of them, for the
command), ``preflight.py`` (the quick ones, before a run).
"""

from __future__ import annotations

from conformance.doctor.diagnosis import Subject, diagnose
from conformance.doctor.examination import Examination
from conformance.doctor.show import as_json, as_text

__all__ = ["Examination", "Subject", "as_json", "as_text", "diagnose"]
