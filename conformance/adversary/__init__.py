"""The adversary: what scenarios find that no author thought of.

:mod:`~conformance.adversary.hunt` looks for one example that breaks one
requirement, with hypothesis; :mod:`~conformance.adversary.examples` remembers
the examples that did.
"""
