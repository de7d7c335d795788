"""The steps of a workshop: task, page and speaker notes of each; agendas give them minutes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from nmr_core.labs.ensembles import BOOTSTRAPS, STARTS, covered_part, echo_coverage
from nmr_core.labs.lab import MEASURED, Value
from nmr_core.labs.registry import LABS

KINDS = {
    "talk": "Talk",
    "lab": "Lab",
    "work": "Own work",
    "challenge": "Challenge",
    "break": "Break",
}
"""Kind of a step -> its name."""


@dataclass(frozen=True)
class Step:
    """One step of a workshop.

    Parameters
    ----------
    key : str
        Name, the same in all agendas.
    kind : str
        A key of :data:`KINDS`.
    title : str
        Display text.
    minutes : int
        How long it takes.
    task : str
        What everyone does, one or two sentences.
    notes : tuple of str
        For the speaker.
    page : str
        Page of the app, "" for none.
    query : mapping
        Query of its address.
    """

    key: str
    kind: str
    title: str
    minutes: int
    task: str
    notes: tuple[str, ...] = ()
    page: str = ""
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def lab(self) -> str:
        """Slug of its lab, "" for none."""
        return self.query.get("lab", "")


def _measured(slug: str, number: str, **state: Value) -> str:
    """A number that a lab reproduces, as text; ``state`` has what is not at its default."""
    lab = LABS[slug]
    value = next(
        reference.value
        for reference in lab.references
        if (reference.number, reference.source) == (number, MEASURED)
        and lab.complete(reference.state) == lab.complete(state)
    )
    return f"{value:.3g}"


LAB_NOTES = {
    "memorise": ("Ten points to 0.01 ε, or there is a bug: the cheapest test of a program.",),
    "overfit": (
        f"All ten points are met; between them the error is {_measured('overfit', 'inside')} ε, "
        f"beyond them {_measured('overfit', 'outside')} ε.",
        "Press Next draw a few times: one number is not a result.",
    ),
    "descriptors": ("The right descriptor is knowledge: then one weight is enough.",),
    "stopping": (
        "Scrub the epochs: the validation error falls, then rises; the training error only falls.",
        f"Stopping in time: an error of {_measured('stopping', 'stopped')} ε instead of "
        f"{_measured('stopping', 'last')} ε, for free.",
    ),
    "learning_curve": (
        "From 10 to 160 points the test error falls tenfold, to below the noise; the training "
        "error rises to the noise.",
    ),
    "size": ("More weights are not always worse; weight decay 10 is better than any size.",),
    "unknowable": (
        "The network memorises ξ of ten echoes, and ξ is in no echo.",
        f"On new echoes: α is off by {_measured('unknowable', 'test', target='alpha')} %, ξ by "
        f"{_measured('unknowable', 'test')} % of its range; the mean by "
        f"{_measured('unknowable', 'baseline')} %.",
    ),
    "optimisers": (
        f"The ravine: {_measured('optimisers', 'steps')} steps of gradient descent, "
        f"{_measured('optimisers', 'steps', momentum=0.9)} with momentum 0.9.",
        "Two wells, rate 0.03: without momentum, only small batches leave the wrong one.",
    ),
    "ensembles": (
        f"Eight starts: their error is {_measured('ensembles', 'times')} times their spread, and "
        f"{_measured('ensembles', 'coverage')} % of the curve is in their band.",
        f"Other draws: starts cover {covered_part(STARTS)}, bootstraps {covered_part(BOOTSTRAPS)}.",
        f"On echoes: {echo_coverage()}.",
    ),
    "attention": (
        "Hide the echo: the error of α rises from "
        f"{_measured('attention', 'whole', target='alpha')} to "
        f"{_measured('attention', 'hidden', target='alpha', centre=100)} %. Hide what comes after "
        "120 µs: nothing happens.",
    ),
}
"""Slug of a lab -> notes for the speaker."""


def lab(slug: str, minutes: int) -> Step:
    """A lab: its question is the task."""
    entry = LABS[slug]
    notes = (entry.explanation, *LAB_NOTES[slug])
    question = entry.guess.question
    return Step(slug, "lab", entry.title, minutes, question, notes, "labs", {"lab": slug})


def join(minutes: int) -> Step:
    """Everyone joins the room."""
    return Step(
        "join",
        "talk",
        "Join the room",
        minutes,
        "Scan the QR code or type the code, type your name, and note your return code.",
        (
            "Room, projector view: QR code, short link and code stay on the screen.",
            "Late joiners get everything that the room contains, at once.",
            "A lost phone or browser: “I was here before”, with name and return code.",
        ),
        "room",
    )


def echo(minutes: int) -> Step:
    """One echo, moved by hand."""
    return Step(
        "echo",
        "talk",
        "One echo",
        minutes,
        "Move α, p and the seed. Which of them changes the echo, and how?",
        (
            "Two pulses, a delay τ: the spins refocus after another τ. Coupling between them "
            "makes the echo smaller and, up to α = 0.1 MHz, narrower.",
            "Ask first, then move: does twice the coupling α make the echo larger or smaller?",
            "The seed draws the offset of each spin: the same material, another crystal.",
            "Move ξ last: nothing happens. Keep that for the challenge.",
        ),
        "simulate",
        {"preset": "ml4sci_2020_secular"},
    )


def pause(minutes: int) -> Step:
    """A break."""
    return Step("break", "break", "Break", minutes, "Coffee.", ("Leave a lab on the screen.",))


def data(minutes: int) -> Step:
    """A data set of each person."""
    return Step(
        "data",
        "work",
        "Your own 500 echoes",
        minutes,
        "Generate 500 curves with a seed of your own, and look at a few of them.",
        (
            "Preset ml4sci_2020_secular, 500 curves: 2 s of one core. Jobs run in turns, so that "
            "everyone's first one is soon done.",
            "The seed is part of the recipe: two people with one seed have the same data.",
        ),
        "data_sets",
    )


def train(minutes: int) -> Step:
    """A first model."""
    return Step(
        "train",
        "work",
        "Your first model",
        minutes,
        "Train with the quick effort on your data set. Guess R² of α and of ξ before you look.",
        (
            "Split first: test curves are never seen in the training.",
            "R² of α is near 1, that of ξ is 0: the baseline is as good.",
            "Compare, Training: errors per epoch of several runs in one figure, while they train.",
        ),
        "train",
    )


def identify(minutes: int) -> Step:
    """Which parameters can be identified."""
    return Step(
        "identify",
        "talk",
        "What no model can know",
        minutes,
        "Find ξ in the table. Which parameter would a longer experiment improve?",
        (
            "ξ cancels: the kernel is divided by its own sum, so no echo depends on it.",
            "Asked before any training. The challenge of 2020 scored ξ.",
        ),
        "identify",
    )


def calibration(minutes: int) -> Step:
    """Intervals that cover."""
    return Step(
        "calibration",
        "work",
        "Error bars",
        minutes,
        "Calibrate your run. Do its 90 % intervals cover 90 % of fresh curves?",
        ("Conformal intervals come from fresh curves, not from the network.",),
        "calibration",
    )


def challenge(minutes: int, *more: str) -> Step:
    """The challenge; ``more`` are further notes."""
    return Step(
        "challenge",
        "challenge",
        "The challenge",
        minutes,
        "Train on the training set of the room, and submit a run with one click. Improve it.",
        (
            "Projector: the board. Lines of baseline, quick and standard are on it from the "
            "beginning.",
            "The board shows a new score only if the gain is more than noise: Rules, on the page.",
            "Ties within one standard error share a rank: celebrate them.",
            *more,
        ),
        "challenge",
    )


def reveal(minutes: int) -> Step:
    """The private result."""
    return Step(
        "reveal",
        "challenge",
        "Private result",
        minutes,
        "Look at both of your ranks. What did the public board not show?",
        (
            "Challenge, close and reveal: the private part is scored once, now.",
            "Who changed rank most? The public part was a sample, too.",
            "Room, export: everyone can download their things until the room ends.",
        ),
        "challenge",
    )
