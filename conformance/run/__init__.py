"""One run: options in, a report and an exit status out."""
