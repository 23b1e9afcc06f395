"""Many seeds of the hunts against the reference, in one process.

    python tests/soak/soak.py --seeds 300 --state soak.json

The reference is served once, over loopback HTTP; each seed is a session of
its own, as ``fittrackee-conformance run --seed N`` would have it, with apps
and secrets of its own. The state file says which seeds are done: the same
command goes on where an earlier one ended, however it ended. A seed that
finds anything leaves its report beside the state file.

The last lines say how many seeds were judged, what became of their
scenarios, and what was found. Exit status: 0 when every seed is done and
clean, 1 when one is not, 2 when it was stopped before the end.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest
from rich.console import Console

from conformance import targets
from conformance.evidence import RECORDER
from conformance.evidence.redact import Secrets
from conformance.options import Options
from conformance.results.verdict import Verdict
from conformance.run.command import INI
from conformance.run.context import Context
from conformance.run.keys import Handover
from conformance.run.progress import Progress
from conformance.run.run import PREFIX, Run
from conformance.scenario_files import scenarios

HUNTS = ("properties/test_malformed*", "properties/test_histories*")
CLEAN = {Verdict.PASS, Verdict.KNOWN, Verdict.UNSUPPORTED}
STATE_VERSION = 1


class SeedRun(Run):
    """A run of one seed against an instance that was started before."""

    def __init__(self, options, instance):
        super().__init__(options)
        self._instance = instance

    def start(self):
        prefix = f"{PREFIX}-{secrets.token_hex(4)}"
        seed = self.options.seed
        self.context = Context(self.options, self._instance, prefix, seed=seed)
        return self.context

    def _write(self):
        """Write a report of what is not clean, of nothing else."""
        if self.found():
            super()._write()
        else:
            self._conclude()

    def found(self):
        """Return the scenarios that are not clean."""
        return [s for s in self.scenarios if s.verdict not in CLEAN]


def judged(seed, instance, folder, globs):
    """Judge one seed; return what the state file keeps of it."""
    began = time.monotonic(), time.process_time()
    RECORDER.secrets = Secrets()
    options = Options(
        seed=seed, scenario=globs, report=folder / f"seed-{seed}"
    )
    run = SeedRun(options, instance)
    with open(os.devnull, "w") as nowhere:
        console = Console(file=nowhere)
        files = {glob.partition("::")[0] for glob in globs}
        found = {str(f) for g in files for f in scenarios().glob(f"{g}.py")}
        arguments = [*sorted(found), "-c", str(INI)]
        arguments += ["--rootdir", str(scenarios().parent)]
        arguments += ["-p", "conformance.plugin", "-p", "no:terminalreporter"]
        # Scenarios judge with expect: nothing needs rewriting each time.
        arguments += ["--assert=plain"]
        try:
            run.start()
            progress = Progress(console, run)
            pytest.main(arguments, plugins=[Handover(run), progress])
        finally:
            run.close()
    bad = [
        {"id": s.id, "verdict": s.verdict, "message": s.message}
        for s in run.found()
    ]
    return {
        "status": run.status,
        "verdict": str(run.verdict),
        "reason": run.reason,
        "counts": Counter(str(s.verdict) for s in run.scenarios),
        "found": bad,
        "requests": sum(s.http_requests for s in run.scenarios),
        "seconds": round(time.monotonic() - began[0], 1),
        "cpu": round(time.process_time() - began[1], 1),
    }


def read(file, plan):
    """Return the seeds that are done, from the state file."""
    try:
        state = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    if state["plan"] != plan:
        sys.exit(f"{file} is of another soak: {state['plan']}; name another")
    return {int(seed): one for seed, one in state["seeds"].items()}


def write(file, plan, done):
    """Replace the state file at once, so that no end spoils it."""
    draft = file.with_suffix(".tmp")
    draft.write_text(json.dumps({"plan": plan, "seeds": done}), "utf-8")
    os.replace(draft, file)


def is_clean(one, scenarios):
    """Tell whether a seed found nothing and judged everything."""
    counted = sum(one["counts"].values())
    return one["status"] == 0 and not one["found"] and counted == scenarios


def summary(done, wanted):
    """Return the last lines, and whether what is done is clean.

    A seed takes no scenario in or out, so all have as many as any.
    """
    most = max((sum(o["counts"].values()) for o in done.values()), default=0)
    dirty = {s: o for s, o in done.items() if not is_clean(o, most)}
    counts = sum((Counter(one["counts"]) for one in done.values()), Counter())
    told = ", ".join(f"{n} {verdict}" for verdict, n in counts.items())
    seconds = sum(one["seconds"] for one in done.values())
    cpu = sum(one["cpu"] for one in done.values())
    number = max(1, len(done))
    lines = [
        f"seed {seed}: {one['verdict']}: {one['reason']}"
        + "".join(f"\n  {f['verdict']} {f['id']}" for f in one["found"])
        for seed, one in sorted(dirty.items())
    ]
    lines += [
        f"seeds: {len(done)} of {wanted} done, {len(dirty)} not clean",
        f"scenarios: {sum(counts.values())} ({told or 'none'}), {most} a seed",
        f"requests: {sum(one['requests'] for one in done.values())}",
        f"time: {seconds / number:.1f} s a seed, {cpu / number:.1f} s of CPU",
        f"errors: {counts[Verdict.ERROR]}",
    ]
    return lines, not dirty


def say(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=300)
    parser.add_argument("--first", type=int, default=1, help="first seed")
    parser.add_argument("--state", type=Path, default=Path("soak.json"))
    parser.add_argument(
        "--scenario", action="append", help="glob; the hunts by default"
    )
    parser.add_argument("--target", default="reference")
    chosen = parser.parse_args(arguments)
    globs = tuple(chosen.scenario or HUNTS)
    plan = {"version": STATE_VERSION, "scenario": list(globs)}
    plan["target"] = chosen.target
    file = chosen.state.absolute()
    file.parent.mkdir(parents=True, exist_ok=True)
    done = read(file, plan)
    seeds = range(chosen.first, chosen.first + chosen.seeds)
    left = [seed for seed in seeds if seed not in done]
    try:
        with ExitStack() as stack:
            stack.enter_context(quick_files())
            if left:
                started = targets.parse(chosen.target).start()
                instance = stack.enter_context(started)
            for seed in left:
                one = judged(seed, instance, file.parent, globs)
                done[seed] = one
                write(file, plan, done)
                told = dict(one["counts"])
                say(f"seed {seed}: {told}, {one['seconds']} s")
    except KeyboardInterrupt:
        say("stopped; the same command goes on")
    wanted = {seed: done[seed] for seed in seeds if seed in done}
    lines, clean = summary(wanted, len(seeds))
    say("\n".join(lines))
    if len(wanted) < len(seeds):
        return 2
    return 0 if clean else 1


class quick_files:  # noqa: N801 - used as a function is
    """Temporary files in memory, where the machine has a folder for it."""

    def __enter__(self):
        memory = Path("/dev/shm")
        self._folder = None
        if memory.is_dir() and os.access(memory, os.W_OK):
            self._folder = tempfile.mkdtemp(prefix="ftc-soak-", dir=memory)
            tempfile.tempdir = self._folder
        return self

    def __exit__(self, *_):
        if self._folder:
            tempfile.tempdir = None
            shutil.rmtree(self._folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
