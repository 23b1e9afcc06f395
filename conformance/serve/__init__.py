"""``fittrackee-conformance serve``: a server to develop an app against."""
