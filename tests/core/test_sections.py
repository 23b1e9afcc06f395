"""Every section that is cited stands in its document, under its heading."""

import re
import tomllib
from pathlib import Path

import pytest

from conformance.catalogue import catalogue
from conformance.lists.requirements_page import ROOT

SECTIONS = tomllib.loads(
    Path(__file__).with_name("sections.toml").read_text("utf-8")
)
CITED = re.compile(
    r"(RFC \d{4})(?:,? sections?|,? appendix)? §?"
    r"(\d{1,2}(?:\.\d+)*|[A-Z](?:\.\d+)*)(?!\w)"
)
BREAK = re.compile(r"\s*\n[ #]*")  # a citation may be wrapped in a comment
FOLDERS = ("conformance", "docs", "scenarios", "tests")
SUFFIXES = {".jinja", ".md", ".py", ".toml"}


def texts():
    files = [*ROOT.glob("*.md")]
    for folder in FOLDERS:
        files += [f for f in (ROOT / folder).rglob("*") if f.is_file()]
    for file in files:
        if file.suffix in SUFFIXES:
            yield file, BREAK.sub(" ", file.read_text("utf-8"))


def headed(document, section):
    return document not in SECTIONS or section in SECTIONS[document]


def test_sources_are_sections():
    unread = [
        (r.id, s.name, s.section)
        for r in catalogue()
        for s in r.sources
        if s.name.startswith("RFC ")
        and s.section not in SECTIONS.get(s.name, {})
    ]
    assert unread == []


def test_texts_cite_sections():
    unread = {
        (str(file.relative_to(ROOT)), document, section)
        for file, text in texts()
        for document, section in CITED.findall(text)
        if not headed(document, section)
    }
    assert unread == set()


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("RFC 6749 section 4.1.2", ("RFC 6749", "4.1.2")),
        ("RFC 6749 4.1.2.1: once", ("RFC 6749", "4.1.2.1")),
        ("RFC 9700 §4.16", ("RFC 9700", "4.16")),
        ("RFC 7636 sections 4.2-4.4", ("RFC 7636", "4.2")),
        ("RFC 7636 appendix B.", ("RFC 7636", "B")),
        ("RFC 6749, appendix A.1", ("RFC 6749", "A.1")),
        ("RFC 6749, 6750 and 7009", None),
    ],
)
def test_citations_are_found(text, cited):
    assert CITED.findall(text) == ([cited] if cited else [])


def test_links_lead_to_sections_and_appendices():
    links = {s.url for r in catalogue() for s in r.sources}
    for letter in ("section-A", "section-B", "{"):
        assert not [link for link in links if letter in link]
    assert "https://www.rfc-editor.org/rfc/rfc7636#appendix-B" in links
    assert "https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2" in links
