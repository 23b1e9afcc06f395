"""Renders ``results.json`` as one self-contained HTML page."""

from __future__ import annotations

import base64
import hashlib
from functools import partial
from importlib.resources import files
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from conformance.catalogue import stakes
from conformance.catalogue.levels import Level
from conformance.report import brief, deployment, scope_map, text, view
from conformance.report.curl import curl_command
from conformance.results.verdict import RunVerdict, Verdict
from conformance.scenario_files import scenario_case

if TYPE_CHECKING:
    from conformance.results import Results, ScenarioResult

_OF_TEXT = (  # filters that are functions of the module of that name
    "anchor",
    "body",
    "clause",
    "date_time",
    "raw",
    "safe_link",
    "sent",
    "shown",
    "duration",
)


def render(results: Results) -> str:
    """Return the report as the text of a self-contained ``index.html``."""
    environment = _environment(results)
    script = _asset("report.js")
    digest = hashlib.sha256(script.encode()).digest()
    return environment.get_template("report.html.jinja").render(
        run=results,
        script=Markup(script),  # noqa: S704 - our own file
        script_hash=base64.b64encode(digest).decode(),
        style=Markup(_asset("report.css")),  # noqa: S704
    )


def _environment(results: Results) -> Environment:
    environment = Environment(
        loader=PackageLoader("conformance.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {name: getattr(text, name) for name in _OF_TEXT}
    environment.filters |= {
        "case": _case,
        "essential": brief.essential,
        "curl": partial(curl_command, base_url=results.target.url),
        "fragment": lambda name: "#" + quote(text.anchor(name), safe="/:"),
        "path": partial(_path, results.target.url),
        "short": _short,
    }
    environment.globals |= _globals(results)
    return environment


def _globals(results: Results) -> dict[str, Any]:
    return {
        "BRIEF": brief.SHOWN,
        "FULL": text.SHOWN,
        "Level": Level,
        "RunVerdict": RunVerdict,
        "Verdict": Verdict,
        "count": text.count,
        "deployment": deployment,
        "duties": scope_map.duties(results),
        "map": scope_map,
        "requirements": {r.id: r for r in results.requirements},
        "scenarios": {s.id: s for s in results.scenarios},
        "places": {s.id: n for n, s in enumerate(results.scenarios)},
        "threats": stakes,
        "common": brief.common(results),
        "view": view,
    }


def _asset(name: str) -> str:
    """Return a style sheet or script without its indentation."""
    source = (files(__package__) / "templates" / name).read_text("utf-8")
    return "\n".join(line.strip() for line in source.splitlines() if line)


def _path(base_url: str, url: str) -> str:
    """Return a URL without the target's address."""
    rest = url.removeprefix(base_url)
    return rest if rest[:1] in {"/", "?"} else url


def _case(scenario: ScenarioResult) -> str:
    """Return the parameters in a scenario's id, unless in its title."""
    case = scenario_case(scenario.id)
    return "" if case in scenario.title else case


def _short(scenario_id: str) -> str:
    """Return a scenario's name without its file."""
    path, _, name = scenario_id.partition("::")
    return (name or PurePosixPath(path).stem).removeprefix("test_")
