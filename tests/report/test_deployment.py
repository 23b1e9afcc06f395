"""The set-ups behind proxies are one grid."""

from __future__ import annotations

import re
from typing import Any

from conformance.proxies.matrix import ROWS

from . import sample
from .drawn import render

FLOW = "deployment/test_flow.py::test_flow_works"
REFUSAL = "deployment/test_refusals.py"
PROMISE = "fittrackee/oauth/behind-proxy"


def run(*ran: tuple[str, str]) -> dict[str, Any]:
    scenarios = [
        sample.scenario(id_, "It holds.", [PROMISE], verdict)
        for id_, verdict in ran
    ]
    promise = sample.requirement(PROMISE, "It holds.", ran[0][1])
    return sample.assemble([promise], scenarios)


def grid(html: str) -> str:
    found = re.search(r'(?s)<details[^>]*id="behind-proxies".*?</table>', html)
    assert found
    return found[0]


def row(html: str, title: str) -> str:
    found = re.search(rf'(?s)<tr><th scope="row">{title}<.*?</tr>', grid(html))
    assert found
    return found[0]


def test_a_set_up_is_a_row_and_a_proxy_a_column() -> None:
    html = render(
        run(
            (f"{FLOW}[nginx-documented]", "pass"),
            (f"{FLOW}[haproxy-documented]", "unsupported"),
        )
    )

    assert grid(html).count('<th scope="row">') == 1
    for title in ("nginx", "HAProxy"):
        assert f'<th scope="col">{title}</th>' in grid(html)
    assert "Caddy" not in grid(html)
    cells = row(html, "As documented: the scheme of the client")
    assert "<td>works</td>" in cells
    for proxy in ("nginx", "haproxy"):
        link = f"#{FLOW}%5B{proxy}-documented%5D"
        assert f'href="{link}"' in cells


def test_a_cell_is_the_worst_of_its_scenarios_and_leads_there() -> None:
    html = render(
        run(
            (f"{REFUSAL}::test_no_code[caddy-missing]", "pass"),
            (f"{REFUSAL}::test_no_tokens[caddy-missing]", "fail"),
            (f"{REFUSAL}::test_refusal_is_clean[caddy-missing]", "warn"),
        )
    )

    cells = row(html, "X-Forwarded-Proto is missing")
    assert "is refused cleanly" in cells
    assert 'class="v fail"' in cells
    assert 'class="v warn"' not in cells
    assert "test_no_tokens%5Bcaddy-missing%5D" in cells


def test_a_run_without_a_proxy_has_no_grid() -> None:
    html = render(run(("protocol/test_code.py::test_it[nginx-x]", "pass")))

    assert 'id="behind-proxies"' not in html


def test_every_row_has_a_title_of_its_own() -> None:
    names = [row.name for row in ROWS]
    titles = [row.title for row in ROWS]
    assert len(set(names)) == len(set(titles)) == len(ROWS)
