"""Property-based, stateful and race tests.

A :mod:`~conformance.adversary.hunt` is a property-based test: it searches for
an example that violates a requirement, with Hypothesis.
:mod:`~conformance.adversary.examples` stores the examples that did.
"""
