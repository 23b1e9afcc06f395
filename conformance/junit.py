"""The JUnit file of a run that could not be finished."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

SUITE = "fittrackee-conformance"
_NO_XML = re.compile(
    "[^\t\n\r\u0020-\u007e\u0080-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
HEADER = '<?xml version="1.0" encoding="utf-8"?>'


def _escaped(found: re.Match[str]) -> str:
    """Return a character that no XML may hold, as pytest writes it."""
    return f"#x{ord(found[0]):02X}"


def halted(written: str | None, why: str) -> str:
    """Say in a JUnit file that the run judged nothing, or not all.

    Args:
        written: What pytest wrote before, None for nothing.
        why: One line.

    Returns:
        The file with one more test case, which is an error; whoever reads
        nothing but JUnit must not take half a run for a good one.
    """
    if written is None:
        root = ET.Element("testsuites", name=SUITE)
        suite = ET.SubElement(root, "testsuite", name=SUITE)
    else:
        root = ET.fromstring(written)  # noqa: S314 - pytest's, in our folder
        suite = root if root.tag == "testsuite" else next(iter(root))
    for count in ("errors", "tests"):
        suite.set(count, str(int(suite.get(count, "0")) + 1))
    case = ET.SubElement(suite, "testcase", classname=SUITE, name="run")
    ET.SubElement(case, "error", message=_NO_XML.sub(_escaped, why))
    return f"{HEADER}{ET.tostring(root, encoding='unicode')}"
