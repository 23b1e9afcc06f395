"""Measures runs by URL against real releases, each served as by default.

    python benchmarks/url_runs.py --rounds 2 -- --scenario 'protocol/*'

starts the newest FitTrackee and 1.2.2 from PyPI, each with one gunicorn
worker, FitTrackee's own default, and runs the harness against the one and the
other in turn. What stands behind ``--`` goes to each run; without it a run
has all scenarios. Prints the seconds of each run and the ratio of the two
releases.

Exit status: 0, 1 when the ratio is above the limit, 2 when a run wrote no
report or found the instance gone.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.catalogue.releases import newest
from conformance.errors import HarnessError
from conformance.options import APP_WORKERS
from conformance.targets import parse

if TYPE_CHECKING:
    from conformance.instance import Instance

RELEASES = (newest(), "1.2.2")
LIMIT = 1.3
TIMEOUT = 7200  # seconds for one run


def chosen() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--releases", nargs=2, default=RELEASES, metavar="RELEASE"
    )
    parser.add_argument("--rounds", type=int, default=2, metavar="N")
    parser.add_argument("--app-workers", type=int, default=1, metavar="N")
    parser.add_argument("--limit", type=float, default=LIMIT)
    parser.add_argument(
        "--command",
        default=f"{shlex.quote(sys.executable)} -m conformance.cli",
        help="the fittrackee-conformance to measure (default: this one)",
    )
    parser.add_argument("options", nargs="*", help="of each run, behind --")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds takes a number from 1")
    if options.app_workers not in APP_WORKERS:
        parser.error("--app-workers takes a number from 1 to 64")
    return options


def measure(
    command: str, instance: Instance, options: list[str]
) -> tuple[float, dict[str, Any]]:
    """Run the harness by URL; return the seconds and the results.

    Raises:
        HarnessError: It did not come to an end of its own.
    """
    users = {"": instance.owner, "_OTHER": instance.stranger}
    environ = dict(os.environ)
    for role, user in {**users, "_ADMIN": instance.admin}.items():
        if user:
            environ[f"FITTRACKEE{role}_EMAIL"] = user.email
            environ[f"FITTRACKEE{role}_PASSWORD"] = user.password
    with tempfile.TemporaryDirectory(prefix="ftc-measure-") as folder:
        words = [*shlex.split(command), "run", "--target", instance.url]
        words += ["--report", folder, "--seed", "1", *options]
        began = time.monotonic()
        done = subprocess.run(
            words,
            env=environ,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        seconds = time.monotonic() - began
        file = Path(folder) / "results.json"
        results = json.loads(file.read_text("utf-8")) if file.exists() else {}
    if not results.get("http_requests"):
        raise HarnessError("a run judged nothing", detail=done.stderr[-2000:])
    return seconds, results


def slowest(results: dict[str, Any]) -> str:
    """Name the scenario files that took most of a run."""
    files: dict[str, float] = {}
    for scenario in results["scenarios"]:
        file = scenario["id"].partition("::")[0]
        files[file] = files.get(file, 0.0) + scenario["duration"]
    first = sorted(files.items(), key=lambda item: -item[1])[:3]
    return ", ".join(f"{file} {took:.0f} s" for file, took in first)


def main() -> int:
    """Measure, print and return the exit status."""
    options = chosen()
    took: dict[str, list[float]] = {name: [] for name in options.releases}
    with ExitStack() as stack:
        started = {
            name: stack.enter_context(
                parse(
                    f"pip:fittrackee=={name}", app_workers=options.app_workers
                ).start()
            )
            for name in options.releases
        }
        for _ in range(options.rounds):
            for name, instance in started.items():
                seconds, results = measure(
                    options.command, instance, options.options
                )
                took[name].append(seconds)
                counts = {k: n for k, n in results["counts"].items() if n}
                print(
                    f"{name}: {seconds:.1f} s, "
                    f"{results['http_requests']} requests, "
                    f"{results['verdict']}, {counts}; {slowest(results)}",
                    flush=True,
                )
    first, second = (statistics.median(took[n]) for n in options.releases)
    ratio = first / second
    print(
        f"{options.releases[0]} {first:.1f} s, {options.releases[1]} "
        f"{second:.1f} s (medians): ratio {ratio:.2f}, limit {options.limit}"
    )
    return int(ratio > options.limit)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except HarnessError as error:
        print(f"error: {error.message}", error.detail, file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("error: interrupted", file=sys.stderr)
        sys.exit(2)
