"""Requests that reach the server at the same moment."""
