"""A fixed set of scenarios, spread over the endpoints.

Every fault is also run against these; those it does not claim to violate
have to stay green.
"""

CANARIES = {
    "protocol/test_code.py::test_code_cannot_be_replayed",
}
