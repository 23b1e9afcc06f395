"""The page of results as a run would have made them."""

from msgspec.structs import replace

from conformance import report
from conformance.results import parse
from conformance.run import results


def completed(document):
    """Return plain results with the rows of the grids, as a run has them."""
    found = parse(document)
    set_ups, proxies = results.set_ups(found.scenarios)
    return replace(
        found,
        scope_map=results.scope_map(found.requirements, found.target.version),
        set_ups=set_ups,
        proxies=proxies,
    )


def render(document):
    """Return the page."""
    return report.render(completed(document))


def write_report(directory, document, junit_text=None):
    """Write the files of a report."""
    return report.write_report(directory, completed(document), junit_text)
