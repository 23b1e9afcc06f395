"""Child processes and databases that end with the harness at the latest."""
