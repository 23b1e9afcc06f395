"""The run's own verdict in its JUnit file."""

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
    """Return a character that no XML may hold, as pytest writes it."""
    return f"#x{ord(found[0]):02X}"


def concluded(written: str | None, verdict: RunVerdict, reason: str) -> str:
    """Say in a JUnit file what the run comes to.

    Args:
        written: What pytest wrote before, None for nothing.
        verdict: The run's.
        reason: One line, ``""`` for none.

    Returns:
        The file with the verdict as a property. Where the run is not
        judged, one more test case is an error; whoever reads nothing but
        JUnit must not take half a run for a good one.
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
