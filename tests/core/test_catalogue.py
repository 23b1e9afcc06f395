"""Requirements as data: read, checked, ordered, found."""

import pytest

from conformance.catalogue import Catalogue, Requirement, catalogue, read
from conformance.catalogue.levels import Level

SOURCES = """
[rfc1]
name = "RFC 1"
url = "https://example.org/rfc1#section-{section}"
[docs]
name = "The documentation"
url = "https://example.org/docs"
[docs.pages]
oauth = "https://example.org/docs/oauth.html"
[robustness]
name = "Robustness"
url = "https://example.org/"
"""
GOOD = 'level = "MUST"\ntitle = "It holds."\nremedy = "Make it hold."\n'


@pytest.fixture
def folder(tmp_path):
    """A folder of requirement files: a function that fills one file."""
    (tmp_path / "sources.toml").write_text(SOURCES)

    def fill(text, name="rfc1.toml"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return tmp_path

    return fill


def requirement(name="rfc1/1/x", **fields):
    return Requirement(name, Level.MUST, "It holds.", "", (), **fields)


def test_entry_is_read(folder):
    text = (
        f'["4.1/it-holds"]\n{GOOD}sources = ["docs/oauth", "rfc1/2"]\n'
        'since = "0.9"\nuntil = "1.2"\nunkillable = "no way"\n'
        'deviation = {where = "a page", says = "otherwise"}\n'
        'aliases = ["rfc1/4/old"]\n'
    )
    found = read(folder(text))["rfc1/4.1/it-holds"]
    assert found.level is Level.MUST
    assert [(s.name, s.section, s.url) for s in found.sources] == [
        ("RFC 1", "4.1", "https://example.org/rfc1#section-4.1"),
        ("The documentation", "oauth", "https://example.org/docs/oauth.html"),
        ("RFC 1", "2", "https://example.org/rfc1#section-2"),
    ]
    assert (found.since, found.until) == ("0.9", "1.2")
    assert found.deviation.where == "a page"
    assert found.unkillable == "no way"


def test_anchors_tell_sections_from_appendices(folder):
    text = f'["4.1/x"]\n{GOOD}sources = ["rfc1/A.2"]\n'
    root = folder(text)
    sources = SOURCES.replace("section-{section}", "{anchor}")
    (root / "sources.toml").write_text(sources)
    assert [s.url for s in read(root)["rfc1/4.1/x"].sources] == [
        "https://example.org/rfc1#section-4.1",
        "https://example.org/rfc1#appendix-A.2",
    ]


def test_folder_or_stem_names_the_source(folder):
    folder(f'["2/b"]\n{GOOD}', "rfc1/one.toml")
    root = folder(f'["1/a"]\n{GOOD}', "rfc1/two.toml")
    root = folder(f'["oauth/c"]\n{GOOD}', "docs.toml")
    root = folder(f'["no-crash"]\n{GOOD}', "robustness/all.toml")
    assert [r.id for r in read(root)] == [
        "rfc1/1/a",
        "rfc1/2/b",
        "docs/oauth/c",
        "robustness/no-crash",
    ]


def test_reading_order_counts_sections_as_numbers(folder):
    text = "".join(
        f'["{s}/x"]\n{GOOD}' for s in ("10.2", "4.1.2", "4", "4.10")
    )
    assert [r.id for r in read(folder(text))] == [
        "rfc1/4/x",
        "rfc1/4.1.2/x",
        "rfc1/4.10/x",
        "rfc1/10.2/x",
    ]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (
            '["1/x"]\nlevel = "MUST"\nremedy = "r"',
            "rfc1/1/x: .*missing required field `title`",
        ),
        (
            '["1/x"]\ntitle = "t"\nremedy = "r"',
            "rfc1/1/x: .*missing required field `level`",
        ),
        (
            f'["1/x"]\n{GOOD}'.replace("MUST", "WILL"),
            r"rfc1/1/x: Invalid enum value 'WILL' - at `\$.level`",
        ),
        (f'["1/x"]\n{GOOD}colour = 1', "rfc1/1/x: .*unknown field `colour`"),
        (f'["1/x"]\n{GOOD}aliases = "a"', r"rfc1/1/x: .*`\$.aliases`"),
        (f'["1/x"]\n{GOOD}untested = true', r"rfc1/1/x: .*`\$.untested`"),
        (
            f'["1/x"]\n{GOOD}since = "soon"',
            "rfc1/1/x: Invalid version: 'soon'",
        ),
        (f'["1/x"]\n{GOOD}sources = ["rfc2/1"]', "rfc1/1/x: rfc2 is not in"),
        (
            f'["1/x"]\n{GOOD}deviation = {{page = "p"}}',
            "rfc1/1/x: .*unknown field `page`",
        ),
        (f'["1/Not A Slug"]\n{GOOD}', "rfc1/1/Not A Slug: an id must be"),
        ("not toml", "rfc1.toml: "),
        (f'["1/x"]\n{GOOD}["1/x"]\n{GOOD}', "rfc1.toml: "),
        ('"1/x" = 3', "rfc1/1/x: Expected `object`, got `int`"),
    ],
)
def test_format_error_is_named(folder, text, error):
    with pytest.raises(ValueError, match=error):
        read(folder(text))


def test_same_id_in_two_files_is_an_error(folder):
    folder(f'["1/x"]\n{GOOD}', "rfc1/one.toml")
    root = folder(f'["1/x"]\n{GOOD}', "rfc1/two.toml")
    with pytest.raises(ValueError, match="rfc1/1/x is in the catalogue twice"):
        read(root)


def test_alias_leads_to_the_requirement():
    found = Catalogue([requirement(aliases=("rfc1/1/old",))])
    assert "rfc1/1/old" in found
    assert found["rfc1/1/old"].id == "rfc1/1/x"
    assert found.matching(("rfc1/*/old",)) == list(found)
    with pytest.raises(KeyError):
        found["rfc1/1/never"]


def test_alias_belongs_to_one_requirement():
    one = requirement(aliases=("rfc1/1/old",))
    two = requirement("rfc1/1/y", aliases=("rfc1/1/old",))
    with pytest.raises(ValueError, match="alias twice"):
        Catalogue([one, two])
    with pytest.raises(ValueError, match="an id and an alias"):
        Catalogue([one, requirement("rfc1/1/old")])


@pytest.mark.parametrize(
    ("globs", "ids"),
    [
        ((), ["rfc1/1/x", "rfc1/2/y"]),
        (("rfc1/2/*",), ["rfc1/2/y"]),
        (("*/y", "*/x"), ["rfc1/1/x", "rfc1/2/y"]),
        (("RFC1/*",), []),
    ],
)
def test_globs_choose(globs, ids):
    found = Catalogue([requirement(), requirement("rfc1/2/y")])
    assert [r.id for r in found.matching(globs)] == ids


@pytest.mark.parametrize(
    ("since", "until", "version", "applies"),
    [
        ("", "", "0.7.0", True),
        ("0.9.0", "", "0.8.13", False),
        ("0.9.0", "", "0.9.0", True),
        ("0.9.0", "", "0.10.0", True),
        ("", "1.0.0", "0.12.2", True),
        ("", "1.0.0", "1.0.0", False),
        ("0.9", "1.0", "0.9.9", True),
        ("0.9.0", "", "", True),
        ("", "1.0.0", "", False),
        ("0.9.0", "", "nightly", True),
    ],
)
def test_requirement_binds_a_range_of_releases(since, until, version, applies):
    bound = requirement(since=since, until=until)
    assert bound.applies_to(version) is applies


def test_own_catalogue_can_be_read():
    assert len(catalogue()) >= 45
    assert {str(r.level) for r in catalogue()} == {"MUST", "SHOULD", "MAY"}
