"""The page needs nothing but itself, and says what the results say."""

from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from conformance.report.text import clause
from conformance.results import Clause
from conformance.results.verdict import Verdict

from . import sample
from .drawn import render

VOID = {"meta", "link", "img", "input", "br", "hr"}
HOSTILE = "</script></style><img src=x onerror=alert(1)>\"'`&lt;{{ 7*7 }}"


class Page(HTMLParser):
    """The tags, attributes and texts of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        self.tags.append((tag, {n: v or "" for n, v in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def every(self, name: str) -> list[dict[str, str]]:
        return [attrs for tag, attrs in self.tags if tag == name]


@pytest.fixture
def page(results: dict[str, Any]) -> Page:
    return Page(render(results))


def test_the_tags_are_balanced(page: Page) -> None:
    assert page.open == []


def test_nothing_is_loaded_from_anywhere(
    results: dict[str, Any], page: Page
) -> None:
    clauses = {
        source["url"]
        for r in results["requirements"]
        for source in r["sources"]
    }
    for tag, attrs in page.tags:
        for name in ("src", "href", "action", "data", "poster", "srcset"):
            value = attrs.get(name, "#")
            local = value.startswith(("#", "data:")) or value == "results.json"
            assert local or (tag == "a" and value in clauses), (tag, value)
    styles = "".join(re.findall(r"(?s)<style>(.*?)</style>", render(results)))
    assert "@import" not in styles
    assert all(
        url.startswith('"data:') for url in re.findall(r"url\(([^)]*)", styles)
    )


def test_the_browser_is_told_to_load_nothing(page: Page) -> None:
    policy = next(
        m["content"]
        for m in page.every("meta")
        if m.get("http-equiv") == "Content-Security-Policy"
    )

    assert policy.startswith("default-src 'none'; img-src data:;")


def test_the_script_is_the_one_that_the_policy_allows(
    results: dict[str, Any],
) -> None:
    import base64
    import hashlib

    html = render(results)
    script = re.findall(r"(?s)<script>(.*?)</script>", html)
    digest = base64.b64encode(hashlib.sha256(script[0].encode()).digest())

    assert len(script) == 1
    assert f"'sha256-{digest.decode()}'" in html


def _poisoned(value: Any) -> Any:
    """Every free text of the results with hostile text behind it."""
    free = {
        "title", "message", "reason", "remedy", "expected", "actual", "body",
        "name", "section", "error", "actor", "version", "fault",
    }  # fmt: skip
    if isinstance(value, dict):
        return {
            k: v + HOSTILE
            if k in free and isinstance(v, str)
            else _poisoned(v)
            for k, v in value.items()
        }
    if isinstance(value, list):
        return [_poisoned(one) for one in value]
    return value


def test_hostile_text_stays_text(results: dict[str, Any], page: Page) -> None:
    poisoned = _poisoned(results)
    poisoned["notes"] = [HOSTILE]
    poisoned["scenarios"][0]["observations"] = [HOSTILE]
    headers = poisoned["scenarios"][0]["exchanges"][0]["response"]["headers"]
    headers.append([HOSTILE, HOSTILE])

    hostile = Page(render(poisoned))

    assert hostile.open == []
    assert len(hostile.every("script")) == 1
    assert len(hostile.every("img")) == len(page.every("img"))
    assert not [a for _, a in hostile.tags if "onerror" in a]
    assert hostile.text.count(HOSTILE) > 100


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", ""]
)
def test_a_clause_links_to_the_web_only(
    results: dict[str, Any], url: str
) -> None:
    results["requirements"][0]["sources"] = [
        {"name": "RFC 1", "section": "2", "url": url}
    ]
    page = Page(render(results))

    assert url not in {a["href"] for a in page.every("a")}
    assert "RFC 1 §2" in page.text


def test_a_clause_is_cited_as_people_do(page: Page) -> None:
    assert "RFC 6749 §4.1.2" in page.text
    assert "FitTrackee's documentation, OAuth 2.0, Flow" in page.text
    assert clause(Clause("RFC 6749", "A.1", "")) == "RFC 6749, appendix A.1"
    assert clause(Clause("RFC 7636", "B", "")) == "RFC 7636, appendix B"


def test_every_inner_link_has_its_goal(page: Page) -> None:
    from urllib.parse import unquote

    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    goals = {
        unquote(a["href"][1:])
        for a in page.every("a")
        if a["href"].startswith("#")
    }

    assert len(ids) == len(set(ids))
    assert goals <= set(ids)
    assert "rfc6749/4.1.2/code-single-use" in goals


def test_what_fails_comes_worst_first(results: dict[str, Any]) -> None:
    html = render(results)
    told = re.findall(r'<article class="f (\w+)">', html)

    assert told == ["fail", "fail", "warn", "error", "blocked", "known"]


def test_failures_stand_open_and_the_rest_is_shut(page: Page) -> None:
    shut = {
        attrs["class"]: "open" in attrs
        for attrs in page.every("details")
        if attrs.get("class", "").startswith("s ")
    }

    assert shut.pop("s fail")
    assert not any(shut.values())


def test_every_verdict_is_a_word(page: Page, results: dict[str, Any]) -> None:
    for verdict in Verdict:
        assert re.search(
            rf'class="v {verdict}">[^<]*{verdict}<', render(results)
        )


def test_headings_do_not_skip_a_level(page: Page) -> None:
    levels = [int(t[1]) for t, _ in page.tags if re.fullmatch("h[1-6]", t)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))


def test_screenshots_are_in_the_page_and_described(page: Page) -> None:
    images = page.every("img")

    assert len(images) == 2
    assert images[0]["src"] == "data:image/png;base64," + sample.png()
    assert images[0]["alt"] == "Screenshot: The consent page"
    assert images[0]["loading"] == "lazy"


def test_a_run_that_judged_nothing_says_so_and_why() -> None:
    results = sample.not_judged()
    text = Page(render(results)).text

    assert "Not judged" in text
    assert results["reason"] in text
    assert "Conforms" not in text


def test_only_changed_options_are_told(results: dict[str, Any]) -> None:
    told = re.findall(r"<code>(--[^<]*)</code>", render(results))
    plain = re.findall(r"<code>(--[^<]*)</code>", render(sample.conforming()))

    assert told == [
        "--fail-on should",
        "--requirement &#39;rfc*/**&#39;",
        "--requirement &#39;fittrackee/oauth/*&#39;",
        "--proxy nginx",
        "--known accepted.toml",
    ]
    assert plain == []


def test_the_cases_of_a_scenario_are_told_apart(page: Page) -> None:
    assert page.text.count("https://app.example/callback?x=1") >= 2


def test_a_json_body_is_indented_unless_that_would_lose_something(
    results: dict[str, Any],
) -> None:
    response = results["scenarios"][0]["exchanges"][0]["response"]
    response["body"] = '{"a":{"b":1}}'
    assert '"a": {\n    "b": 1' in Page(render(results)).text

    response["body"] = '{"a":1,"a":2}'
    assert '{"a":1,"a":2}' in Page(render(results)).text


def test_a_long_body_is_cut_and_says_where_the_rest_is(
    results: dict[str, Any],
) -> None:
    response = results["scenarios"][0]["exchanges"][0]["response"]
    response["body"] = "<p>" * 100_000

    html = render(results)

    assert "296,000 more characters in results.json" in Page(html).text
    assert len(html) < 250_000


def test_control_characters_are_made_visible(results: dict[str, Any]) -> None:
    response = results["scenarios"][0]["exchanges"][0]["response"]
    response["body"] = "a\x00b\x1b[31mc\r\nd"

    assert "a␀b␛[31mc\nd" in Page(render(results)).text


def _luminance(colour: str) -> float:
    digits = colour if len(colour) == 6 else "".join(c * 2 for c in colour)
    parts = [int(digits[k : k + 2], 16) / 255 for k in (0, 2, 4)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_text_stands_out(results: dict[str, Any], scheme: int) -> None:
    blocks = re.findall(r"(?s):root ?\{(.*?)\}", render(results))
    colours = dict(re.findall(r"--(\w+): #([0-9a-f]+);", blocks[scheme]))
    texts = ["ink", "soft", "link", *Verdict]

    for text in texts:
        for ground in ("paper", "card", "code"):
            pair = sorted(_luminance(colours[c]) for c in (text, ground))
            assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5, (text, ground)
    pair = sorted(_luminance(colours[c]) for c in ("ink", "label"))
    assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5


def test_a_large_run_stays_small_for_each_exchange() -> None:
    small, large = (
        len(render(sample.large(20, exchanges))) for exchanges in (1, 11)
    )

    assert (large - small) / (20 * 10) < 2000


def test_a_script_is_shown_whole(results: dict[str, Any]) -> None:
    script = f"#!/bin/sh\n# {HOSTILE}\necho done\n"
    results["scenarios"][0]["script"] = script

    page = Page(render(results))

    assert script in page.text
    (shown,) = [a for a in page.every("pre") if "script" in a.get("class", "")]
    assert shown["class"].split()[0] == "k"  # what the copy button looks for


def test_most_scenarios_have_no_script(page: Page) -> None:
    assert "Reproduce with curl" not in page.text
