"""From what a scenario raised to its verdict."""
