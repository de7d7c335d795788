"""Options that several models share."""

from nmr_core.parameters import Parameter

SCALING = Parameter(
    "scaling",
    "scaling",
    "",
    0,
    1,
    "each",
    values=("each", "common"),
    description="each: every feature gets the same spread (polynomials, echo shape); common: their "
    "relative sizes are kept (raw points, principal components).",
)


def max_curves(default: int) -> Parameter:
    """A stated limit: fits whose time or memory grows with the square of the curves or faster."""
    return Parameter(
        "max_curves",
        "curves",
        "",
        10,
        50_000,
        default,
        integer=True,
        scale="log",
        description="Most training curves that are used; of more, a random choice.",
    )


def whole(
    name: str, symbol: str, low: int, high: int, default: int, description: str, unit: str = ""
) -> Parameter:
    """A whole number."""
    return Parameter(name, symbol, unit, low, high, default, integer=True, description=description)


def log(
    name: str, symbol: str, low: float, high: float, default: float, description: str
) -> Parameter:
    """A positive number on a logarithmic scale."""
    return Parameter(name, symbol, "", low, high, default, scale="log", description=description)
