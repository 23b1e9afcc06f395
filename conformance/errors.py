"""The errors that the harness raises on purpose."""


class HarnessError(Exception):
    """Base of the errors that end a run with one line and exit status 2."""

    def __init__(self, message: str, *, detail: str = "") -> None:
        """Keep the line for the user apart from the longer evidence.

        Args:
            message: One line that says what is wrong and what to do.
            detail: More for whoever digs deeper, such as the tail of a
                server's log; printed below the line, may be empty.
        """
        super().__init__(message)
        self.message = message
        self.detail = detail


class UsageError(HarnessError):
    """An option or an environment variable cannot be used as given."""


class TargetError(HarnessError):
    """The target cannot be started, reached or logged in to."""


class Blocked(Exception):  # noqa: N818 - a verdict's name, not an error's
    """A precondition failed, so the scenario could not judge anything."""


class Limited(Blocked):
    """The instance's rate limit was reached."""


class Unsupported(Exception):  # noqa: N818 - a verdict's name
    """The target lacks what the scenario needs; the message says what."""
