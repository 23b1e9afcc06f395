"""The report: renders ``results.json`` as an HTML page."""

from conformance.report.curl import curl_command
from conformance.report.html import render
from conformance.report.write import write_report, write_results

__all__ = ["curl_command", "render", "write_report", "write_results"]
