"""What scenarios are parametrized with."""
