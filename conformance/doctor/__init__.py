"""``fittrackee-conformance doctor``: what is wrong about a proxy, and why.

Reading order: ``causes.toml`` (what can be wrong, with its remedies),
``examination.py`` (what was found, the root cause first), ``probe.py`` (the
few requests), then the checks: ``tls.py``, ``scheme.py``, ``plain.py``,
``sessions.py``, ``anonymous.py``, ``answers.py``; ``diagnosis.py`` (all of
them, for the command), ``preflight.py`` (the quick ones, before a run).
"""

from __future__ import annotations

from conformance.doctor.diagnosis import Subject, diagnose
from conformance.doctor.examination import Examination
from conformance.doctor.show import as_json, as_text

__all__ = ["Examination", "Subject", "as_json", "as_text", "diagnose"]
