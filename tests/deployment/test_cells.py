"""Every cell of the matrix can fail, and only for its own reason."""

import os

import pytest

from conformance import faults, proxies
from conformance.catalogue import catalogue
from conformance.proxies.matrix import ROWS
from conformance.proxies.row import Expected

from .conftest import must_have_browser

RED = {"fail", "warn"}
FULL = "DEPLOYMENT_FULL"
CANARIES = {"documented", "missing"}  # every fault is tried on these, too
WORKING = {row.name for row in ROWS if row.expected is Expected.WORKS}
REFUSED = {row.name for row in ROWS if row.expected is Expected.REFUSED}
SETTLED = {row.name for row in ROWS if row.expected is Expected.EITHER}

#: Each fault with the rows that it is seen in, and in no other.
SEEN = {
    # Behind its own loopback address the app cannot tell.
    "forwarded_scheme_is_ignored": WORKING - {"upstream-host"},
    "plain_http_authorizes": REFUSED | SETTLED,
    "plain_http_gets_tokens": REFUSED,
    "plain_http_revokes": REFUSED,
    "first_scheme_of_a_list_counts": {
        "list-https-http",
        "two-hops-appended",
        "claim-appended",
    },
    "capitals_are_another_scheme": {"upper-case"},
    "list_of_schemes_is_unknown": {"list-http-https"},
    "forwarded_is_believed": {"claim-forwarded"},
    "forwarded_ssl_is_believed": {"claim-ssl"},
    "forwarded_scheme_is_believed": {"claim-scheme"},
    "forwarded_host_is_believed": {"claim-host"},
    "foreign_host_is_doubted": {"other-host"},
    "own_address_is_doubted": {"upstream-host"},
    "forwarded_host_has_to_match": {"other-forwarded-host"},
    "forwarded_port_is_the_scheme": {"other-forwarded-port"},
    "forwarded_counts_for_codes_only": {"forwarded"},
    "insecure_transport_crashes": {
        row.name
        for row in ROWS
        if row.expected in {Expected.REFUSED, Expected.EITHER}
        and not row.claims
    },
    "refusal_is_not_shown": {"missing"},
    "absent_token_crashes": {"no-authorization"},
    "absent_cookies_crash": {"no-cookies"},
    "absent_proof_crashes": {"no-csrf"},
}

IN_BROWSER = {"refusal_is_not_shown"}  # nothing else can see it


def row_of(scenario):
    return scenario["id"].partition("[")[2].removesuffix("]").split("-", 1)[1]


def cells_for(name):
    """Return what picks a fault's cells: its own rows and the canaries."""
    rooms = "" if name in IN_BROWSER else "not browser"
    if os.environ.get(FULL):
        return rooms
    names = sorted(SEEN[name] | CANARIES)
    rows = " or ".join(f"nginx-{row}]" for row in names)
    return f"{rooms} and ({rows})" if rooms else rows


def told(scenarios):
    return [(s["id"], s["verdict"], s["message"]) for s in scenarios]


def behind_proxies(fault):
    return {v for v in fault.violates if catalogue()[v].behind_proxy}


# The others' turn comes at night: each takes more than a minute.
IN_TURN = proxies.NAMES if os.environ.get(FULL) else ("nginx", "caddy")


@pytest.mark.parametrize("proxy", IN_TURN)
def test_opposite_set_up_is_noticed_in_every_cell(judged, proxy):
    found = judged(proxy, plugin="opposites")
    assert {row_of(s) for s in found} == {row.name for row in ROWS}
    # Traefik lacks some; no other proxy does.
    judging = [s for s in found if s["verdict"] != "unsupported"]
    assert judging == found or proxy == "traefik"
    assert told(s for s in judging if s["verdict"] not in RED) == []


def test_every_fault_about_proxies_is_listed():
    found = {f.name for f in faults.all_faults() if behind_proxies(f)}
    assert found == set(SEEN)


@pytest.mark.parametrize("name", SEEN)
def test_fault_is_seen_in_its_rows_alone(judged, name):
    if name in IN_BROWSER:
        must_have_browser()
    found = judged("nginx", "--fault", name, "-k", cells_for(name))
    red = [s for s in found if s["verdict"] in RED]
    assert {row_of(s) for s in red} == SEEN[name], told(red)
    broken = {r for s in red for r in s["requirements"]}
    fault = faults.get(name)
    assert behind_proxies(fault) <= broken
    stray = [
        s for s in red if not set(fault.violates) & set(s["requirements"])
    ]
    assert told(stray) == []
    # Where the flow itself is broken, other questions cannot be put.
    others = {s["verdict"] for s in found} - RED
    assert others <= {"pass", "blocked"}
