"""The report: a view of ``results.json``, for people."""

from conformance.report.curl import curl_command
from conformance.report.html import render
from conformance.report.model import Results, parse, read
from conformance.report.write import write_report

__all__ = [
    "Results",
    "curl_command",
    "parse",
    "read",
    "render",
    "write_report",
]
