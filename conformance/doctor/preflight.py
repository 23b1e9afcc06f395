"""The quick checks before a run: can OAuth be judged behind this proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.doctor import answers, scheme, sessions
from conformance.doctor.examination import Examination
from conformance.doctor.probe import Probe
from conformance.doctor.show import remedy_lines
from conformance.errors import TargetError

if TYPE_CHECKING:
    from conformance.doctor.examination import Finding
    from conformance.instance import Instance


def check(instance: Instance) -> list[str]:
    """Look for what would make every scenario fail for one reason.

    Args:
        instance: Somebody's running instance; nothing of it is changed.

    Returns:
        What the report has to say about the proxy in front.

    Raises:
        TargetError: The proxy keeps OAuth from being judged; the detail is
            the remedy.
    """
    found = Examination(instance.url, instance.version)
    probe = Probe(instance.url, instance.reach)
    try:
        if probe.secure:
            scheme.examine(probe, found)
            sessions.examine(probe, instance.owner, found)
        else:
            scheme.examine_loopback(probe, found)
        answers.sub_path(probe, found)
    finally:
        probe.close()
    for finding in found.findings:
        if finding.cause.fatal:
            raise TargetError(
                f"{instance.url}: {_told(finding)}; mend that first",
                detail="\n".join(
                    [finding.cause.means, *remedy_lines(finding.cause)]
                ),
            )
    see = f"see: fittrackee-conformance doctor --target {instance.url}"
    return [f"{_told(finding)}; {see}" for finding in found.findings]


def _told(finding: Finding) -> str:
    return f"{finding.cause.title.rstrip('.')} ({finding.seen})"
