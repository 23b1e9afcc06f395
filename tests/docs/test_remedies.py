"""Each requirement says what is lost, what to change and what is at stake."""

import re
from collections import Counter

import pytest

from conformance.catalogue import catalogue, read
from conformance.catalogue.levels import Level
from conformance.catalogue.stakes import THREATS, Stake

PLAIN = [r for r in catalogue() if not r.id.startswith("fittrackee/scope-map")]
SENTENCE = re.compile(r"[^.]+(?:\.(?! [A-Z]|$)[^.]*)*\.(?: |$)")


@pytest.mark.parametrize("requirement", catalogue(), ids=lambda r: r.id)
def test_remedy_is_what_is_lost_and_what_to_change(requirement):
    remedy = requirement.remedy

    assert 60 <= len(remedy) <= 220
    assert len(SENTENCE.findall(remedy)) == 2, "a loss, then a change"
    assert "".join(SENTENCE.findall(remedy)) == remedy
    assert remedy[0].isupper()


def test_no_remedy_is_a_copy():
    copied = Counter(r.remedy for r in PLAIN)

    assert [text for text, times in copied.items() if times > 1] == []


def test_remedies_do_not_repeat_the_title():
    for requirement in catalogue():
        assert requirement.title not in requirement.remedy


def test_every_threat_is_named_by_a_requirement():
    assert {r.threat for r in catalogue() if r.threat} == set(THREATS)


def test_what_nobody_may_get_at_is_not_called_interoperability():
    for requirement in PLAIN:
        if re.search(r"/isolation-|/10\.10/", requirement.id):
            assert requirement.stake is not Stake.INTEROP, requirement.id


def test_a_threat_to_accounts_or_data_is_a_must_somewhere():
    musts = {r.stake for r in catalogue() if r.level is Level.MUST}

    assert musts == set(Stake)


def catalogue_with(folder, field):
    (folder / "sources.toml").write_text(
        '[rfc1]\nname = "RFC 1"\nurl = "https://x.example/{section}"\n'
    )
    (folder / "rfc1.toml").write_text(
        '["1/x"]\nlevel = "MUST"\ntitle = "It holds."\n'
        f'remedy = "Something is lost. Change it."\n{field}\n'
    )
    return read(folder)["rfc1/1/x"]


def test_stake_and_threat_are_read(tmp_path):
    one = catalogue_with(
        tmp_path, 'stake = "account"\nthreat = "clickjacking"'
    )

    assert (one.stake, one.threat) == (Stake.ACCOUNT, "clickjacking")


def test_without_them_it_is_about_interoperability(tmp_path):
    one = catalogue_with(tmp_path, "")

    assert (one.stake, one.threat) == (Stake.INTEROP, "")


@pytest.mark.parametrize(
    "field",
    ['stake = "everything"', 'threat = "bad luck"', "threat = 3"],
)
def test_an_unknown_stake_or_threat_is_refused(tmp_path, field):
    with pytest.raises(ValueError, match="rfc1/1/x"):
        catalogue_with(tmp_path, field)
