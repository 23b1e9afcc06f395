"""What can be judged, as lists: `list`, REQUIREMENTS.md, COVERAGE.md."""
