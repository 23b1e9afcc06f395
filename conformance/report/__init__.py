"""The report: a view of ``results.json``, for people."""

from conformance.report.curl import curl_command
from conformance.report.html import render
from conformance.report.write import write_report
from conformance.results import Results, parse, read

__all__ = [
    "Results",
    "curl_command",
    "parse",
    "read",
    "render",
    "write_report",
]
