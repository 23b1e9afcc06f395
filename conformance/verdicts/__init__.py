"""From a scenario's exception to its verdict."""
