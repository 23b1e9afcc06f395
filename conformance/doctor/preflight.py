"""The quick checks before a run: can OAuth be tested behind this proxy."""

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
    """Check for causes that would make every scenario fail.

    Args:
        instance: A running instance; nothing on it is changed.

    Returns:
        Notes about the proxy, for the report.

    Raises:
        TargetError: The proxy makes OAuth untestable; the detail is the
            remedy.
    """
    result = Examination(instance.url, instance.version)
    probe = Probe(instance.url, instance.reach)
    try:
        if probe.secure:
            scheme.check(probe, result)
            sessions.check(probe, instance.owner, result)
        else:
            scheme.check_loopback(probe, result)
        answers.sub_path(probe, result)
    finally:
        probe.close()
    for finding in result.findings:
        if finding.cause.fatal:
            raise TargetError(
                f"{instance.url}: {_summary(finding)}; fix that first",
                detail="\n".join(
                    [finding.cause.means, *remedy_lines(finding.cause)]
                ),
            )
    see = f"see: fittrackee-conformance doctor --target {instance.url}"
    return [f"{_summary(finding)}; {see}" for finding in result.findings]


def _summary(finding: Finding) -> str:
    return f"{finding.cause.title.rstrip('.')} ({finding.evidence})"
