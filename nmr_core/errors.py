"""The two ways a request can end badly, so that every door (Python, command line, page) words them alike."""


class InputError(ValueError):
    """The request is wrong: one sentence that says what, what it got, and what to do. Exit code 2."""


class FailedError(RuntimeError):
    """The request was right but could not be carried out (disk full, damaged file, lost worker). Exit code 1."""


class Cancelled(Exception):
    """Raised by a progress callback when the user asked to stop; whatever is finished is kept."""
