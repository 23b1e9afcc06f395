"""Child processes and databases that never outlive the harness."""
