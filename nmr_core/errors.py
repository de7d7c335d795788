"""Errors whose message is one sentence for the user, the same in Python, command line and app."""


class InputError(ValueError):
    """The request is wrong. The sentence says what, what it got, and what to do. Exit code 2.

    What it quotes of a damaged file has a question mark for each character without a picture.
    """

    def __init__(self, sentence: str = ""):
        super().__init__(printable(sentence))


class DamagedError(InputError):
    """The file that was given is damaged or of another kind; no option of reading helps."""


class FailedError(RuntimeError):
    """The request is right but failed (disk full, damaged file, lost worker). Exit code 1."""


class Cancelled(Exception):
    """Raised by a progress callback to stop the work; finished parts are kept."""


def first_line(error: object, most: int = 100) -> str:
    """The first line of an error of other code, for a sentence of ours; printable characters only.

    Parameters
    ----------
    error : object
        An exception.
    most : int
        Characters.
    """
    # str(KeyError("a b")) is quoted
    if isinstance(error, KeyError) and len(error.args) == 1:
        error = error.args[0]
    line = (str(error).splitlines() or [""])[0][:most]
    return printable(line).strip(" '\"")


def printable(text: str) -> str:
    """A text of a file with a question mark for each character that has no picture."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)
