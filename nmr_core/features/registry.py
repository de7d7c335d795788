"""Which featurizers there are; a new one is a new file and one entry below."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from nmr_core.errors import InputError
from nmr_core.extras import is_installed, require
from nmr_core.features import _options as options
from nmr_core.features._channels import check_channels
from nmr_core.features._featurizer import Featurizer
from nmr_core.features.echo_shape import EchoShape
from nmr_core.features.fft import Fft
from nmr_core.features.minirocket import MiniRocket
from nmr_core.features.pca import Pca
from nmr_core.features.polynomial import Polynomial, splits
from nmr_core.features.polynomial_fft import PolynomialFft
from nmr_core.features.raw import Raw
from nmr_core.features.refocused import Refocused
from nmr_core.features.stack import Stack
from nmr_core.features.window import Magnitude, Window
from nmr_core.parameters import ParameterSpace

COMMON = ("channels", "window")


@dataclass(frozen=True)
class FeaturizerEntry:
    """A registered featurizer: ``entry(**options)`` builds it.

    Attributes
    ----------
    name, label, description : str
    build : callable
        The class.
    parameters : ParameterSpace
        Options that are single numbers: what widgets and the command line offer.
    common : tuple of str
        Its other options: channels, window, n_splits.
    requires : str
        The extra that it needs (:data:`nmr_core.extras.EXTRAS`), "" = none.
    """

    name: str
    label: str
    description: str
    build: Callable[..., Featurizer]
    parameters: ParameterSpace = options.NO_OPTIONS
    common: tuple[str, ...] = COMMON
    requires: str = ""

    def __call__(self, **given) -> Featurizer:
        """An unfitted featurizer; :class:`InputError` for a wrong option or a missing extra."""
        self.require()
        for name in given:
            if name not in self.parameters and name not in self.common:
                raise InputError(
                    f"Featurizer {self.name} has no option {str(name)[:40]!r}; it has "
                    f"{', '.join([*self.common, *self.parameters.names])}."
                )
        if "channels" in given:
            check_channels(given["channels"])
        if "n_splits" in given:
            splits(given["n_splits"])
        return self.build(
            **{
                name: self.parameters[name].check(value) if name in self.parameters else value
                for name, value in given.items()
            }
        )

    @property
    def is_available(self) -> bool:
        """Whether it can be built here: its extra, if it needs one, is installed."""
        return is_installed(self.requires)

    def require(self) -> None:
        """:class:`InputError` if its extra is not installed."""
        require(self.requires, f"The featurizer {self.name}")


def _entry(
    kind: type[Featurizer], label: str, description: str, parameters: tuple = (), **more
) -> FeaturizerEntry:
    return FeaturizerEntry(kind.name, label, description, kind, ParameterSpace(parameters), **more)


FEATURIZERS: dict[str, FeaturizerEntry] = {
    entry.name: entry
    for entry in (
        _entry(Raw, "Raw curve", "Every point of Re M and Im M.", options.WINDOW),
        _entry(
            Window,
            "Window around the echo",
            "Re M and Im M at the 300 points around the echo.",
            options.AROUND_ECHO,
        ),
        _entry(
            Magnitude,
            "Magnitude around the echo",
            "|M| at the 300 points around the echo, as published in 2021.",
            options.AROUND_ECHO,
            common=("window",),
        ),
        _entry(
            Polynomial,
            "Polynomials",
            "Cubic fits in 4, 5 and 10 bins.",
            (options.ORDER, *options.WINDOW),
            common=(*COMMON, "n_splits"),
        ),
        _entry(
            Fft,
            "Spectrum",
            "The Fourier transform of the curve under a smooth envelope.",
            (*options.WINDOW, *options.SPECTRUM),
        ),
        _entry(
            PolynomialFft,
            "Polynomials of the spectrum",
            "Cubic fits in 4, 5 and 10 bins of the spectrum.",
            (options.ORDER, *options.WINDOW, *options.SPECTRUM),
            common=(*COMMON, "n_splits"),
        ),
        _entry(
            EchoShape,
            "Echo shape",
            "The physicist's numbers: height, position, width, asymmetry, dips, decay, phase.",
            options.SHAPE,
            common=("window",),
        ),
        _entry(
            Pca,
            "Principal components",
            "The directions in which the training curves vary most.",
            (*options.COMPONENTS, *options.WINDOW),
        ),
        _entry(
            Refocused,
            "Refocused difference",
            "What the coupling changes in the echo compared with the decay that it repeats.",
            options.REFOCUSED,
            common=("window",),
        ),
        _entry(
            MiniRocket,
            "MiniRocket",
            "How often each of many fixed convolutions is above a bias.",
            (*options.ROCKET, *options.WINDOW),
            requires="minirocket",
        ),
    )
}
"""Name -> entry, in the order of menus."""


def available() -> tuple[str, ...]:
    """Names of the featurizers whose extra is installed."""
    return tuple(name for name, entry in FEATURIZERS.items() if entry.is_available)


def members(name: str) -> list[str]:
    """The featurizers of a name: one, or several of a stack "polynomial+echo_shape".

    Raises
    ------
    InputError
        If one of them does not exist, or is there twice.
    """
    parts = [part.strip() for part in name.split("+")] if isinstance(name, str) else [str(name)]
    for part in parts:
        if part not in FEATURIZERS:
            raise InputError(
                f"There is no featurizer {part[:60]!r}; there are {', '.join(FEATURIZERS)}, and "
                "stacks of them like "
                "polynomial+echo_shape."
            )
    twice = [part for part in parts if parts.count(part) > 1]
    if twice:
        raise InputError(f"The stack {name[:60]} has {twice[0]} twice. Leave one out.")
    return parts


def check(name: str) -> str:
    """The name without blanks; :class:`InputError` if it is unknown or an extra is missing."""
    parts = members(name)
    for part in parts:
        FEATURIZERS[part].require()
    return "+".join(parts)


def label(name: str) -> str:
    """The name in words: "Polynomials + echo shape"."""
    first, *others = (FEATURIZERS[part].label for part in members(name))
    return " + ".join([first, *(other[0].lower() + other[1:] for other in others)])


def space(name: str) -> ParameterSpace:
    """The options that are single numbers; those of a stack are called "polynomial.order"."""
    parts = members(name)
    if len(parts) == 1:
        return FEATURIZERS[parts[0]].parameters
    specs = [
        replace(spec, name=f"{part}.{spec.name}")
        for part in parts
        for spec in FEATURIZERS[part].parameters
    ]
    return ParameterSpace(tuple(specs))


def common(name: str) -> tuple[str, ...]:
    """Which of the options "channels" and "window" a featurizer, or any member of a stack, has."""
    parts = members(name)
    return tuple(
        option for option in COMMON if any(option in FEATURIZERS[part].common for part in parts)
    )


def build(name: str, options: dict | None = None) -> Featurizer | Stack:
    """An unfitted featurizer, or a stack.

    Parameters
    ----------
    name : str
        "polynomial", or "polynomial+echo_shape".
    options : dict, optional
        By name; those of a stack are called "polynomial.order". "channels" and "window" without a
        prefix are for all members of a stack that have them.

    Raises
    ------
    InputError
        If a name or an option is unknown, a value impossible, or an extra missing.
    """
    parts = members(name)
    options = dict(options or {})
    if len(parts) == 1:
        return FEATURIZERS[parts[0]](**options)
    own: dict[str, dict] = {part: {} for part in parts}
    for option, value in options.items():
        part, dot, rest = str(option).partition(".")
        if dot and part in own:
            own[part][rest] = value
        elif option in common(name):
            for member in parts:
                if option in FEATURIZERS[member].common:
                    own[member].setdefault(option, value)
        else:
            raise InputError(
                f"The stack {name[:60]} has no option {str(option)[:40]!r}; it has "
                f"{', '.join([*common(name), *space(name).names])}."
            )
    return Stack(tuple(FEATURIZERS[part](**own[part]) for part in parts))
