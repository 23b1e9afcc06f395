"""Adds the run's verdict to its JUnit file."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from conformance.results.verdict import RunVerdict

SUITE = "fittrackee-conformance"
_NO_XML = re.compile(
    "[^\t\n\r\u0020-\u007e\u0080-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
HEADER = '<?xml version="1.0" encoding="utf-8"?>'


def _escaped(found: re.Match[str]) -> str:
    """Return a character that XML forbids, in pytest's notation."""
    return f"#x{ord(found[0]):02X}"


def with_verdict(written: str | None, verdict: RunVerdict, reason: str) -> str:
    """Return a JUnit file with the run's verdict as a property.

    If the run is not judged, it has one more test case, which is an error: a
    reader of JUnit alone must not mistake an incomplete run for a success.

    Args:
        written: The file that pytest wrote, None without one.
        verdict: The run's verdict.
        reason: Its reason on one line, ``""`` for none.
    """
    if written is None:
        root = ET.Element("testsuites", name=SUITE)
        suite = ET.SubElement(root, "testsuite", name=SUITE)
    else:
        root = ET.fromstring(written)  # noqa: S314 - pytest's, in our folder
        suite = root if root.tag == "testsuite" else next(iter(root))
    reason = _NO_XML.sub(_escaped, reason)
    properties = suite.find("properties")
    if properties is None:
        properties = ET.Element("properties")
        suite.insert(0, properties)
    for name, value in (("verdict", str(verdict)), ("reason", reason)):
        ET.SubElement(properties, "property", name=name, value=value)
    if verdict is RunVerdict.NOT_JUDGED:
        _add_error(suite, reason)
    return f"{HEADER}{ET.tostring(root, encoding='unicode')}"


def _add_error(suite: ET.Element, why: str) -> None:
    for count in ("errors", "tests"):
        suite.set(count, str(int(suite.get(count, "0")) + 1))
    case = ET.SubElement(suite, "testcase", classname=SUITE, name="run")
    ET.SubElement(case, "error", message=why)
