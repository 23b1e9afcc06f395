"""One run of the suite: from its options to report and exit status."""
