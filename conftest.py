"""The checkout's own conftest: loads the plugin, rewrites its asserts."""

import pytest

pytest.register_assert_rewrite("conformance.fixtures")
pytest_plugins = ["conformance.plugin"]
