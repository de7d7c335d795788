"""Lab 10: molecular dynamics with a learned potential, inside and outside of its training range."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nmr_core.labs import lennard_jones as lj
from nmr_core.labs.lab import (
    PROTOTYPE,
    Code,
    Control,
    Guess,
    Lab,
    Number,
    Parts,
    Reference,
    Result,
    State,
)
from nmr_core.labs.molecular_dynamics import (
    FIRST,
    N_STEPS,
    NEAREST,
    STEP,
    Path,
    learned_curve,
    move,
    true_curve,
)
from nmr_core.labs.network import Options, Training, train
from nmr_core.labs.programs import numpy_program, torch_program

EPOCHS = 3000
PROBE = 0.85
"""Distance at which the walls are compared, in sigma."""
PASSED = "The atoms pass through each other: the learned potential has no wall that is high enough."


@dataclass(frozen=True, eq=False)
class Collision(Result):
    """Motion of one move.

    Attributes
    ----------
    start : float
        Smallest r of the training range, in sigma.
    r, v : array, (n_points,)
        Training points (sigma, epsilon).
    grid, truth, fit : array, (n_grid,)
        Distances, the potential and the network.
    path, true_path : Path
        Motion with the learned and with the true potential.
    """

    start: float
    r: np.ndarray
    v: np.ndarray
    grid: np.ndarray
    truth: np.ndarray
    fit: np.ndarray
    path: Path
    true_path: Path


@lru_cache(maxsize=32)
def _fit(points: int, start: float, draw: int, seed: int) -> tuple[lj.Points, Training]:
    data = lj.points(points, draw, 0.0, start)
    options = Options(epochs=EPOCHS, seed=seed)
    return data, train(lj.gaussians(data.r, start=start), data.v, options)


class Dynamics(Lab):
    """Two atoms with a learned potential."""

    number = 10
    slug = "dynamics"
    title = "Atoms without a wall"
    lead = (
        "In the first picture a network learned the potential from r = 1 σ on, and two atoms move "
        "with it. They come much too close, while their energy is conserved."
    )
    guess = Guess(
        "The true potential stops the atoms at 0.94 σ. Where does the learned one stop them?",
        low=0.5,
        high=1.5,
        unit="σ",
        number="closest",
    )
    controls = (
        Control(
            "start", "learned from r (σ)", (0.9, 0.95, 1.0, 1.1), 1.0, "Smallest r of a point."
        ),
        Control("points", "points", (10, 20, 40, 80), 40, "Training points, without noise."),
        Control("speed", "speed", (0.0, 1.0, 2.0, 2.25, 3.0), 2.25, "At a distance of 2.5 σ."),
        Control("draw", "draw", tuple(range(20)), 0, "Other random points."),
        Control("seed", "seed", tuple(range(10)), 0, "Initial weights of the network."),
    )
    explanation = (
        "Fast atoms reach distances that no training point had, and there the network has no wall; "
        "the true one is 17.5 ε high at 0.85 σ. Conserved energy only shows that force and energy "
        "belong together, not that they are right; slow atoms stay inside the range and turn where "
        "they should."
    )
    parts = Parts(
        data="Points (r, V) of V = 4 (r⁻¹² − r⁻⁶) from the chosen r to 3 σ.",
        model="Ten Gaussians of r → 75 → 75 → 1 neurons with GELU; the force is its derivative.",
        cost="Mean square error of the energies.",
        optimiser="Adam, all points per step, rate 0.001, 3,000 epochs; Verlet steps of 0.005.",
    )
    on_echoes = (
        "A model on echoes gives numbers for any curve. Predict therefore compares a measured "
        "curve with the training data first: in domain, borderline or out of domain."
    )
    page = "predict"
    references = (
        Reference({"seed": 0}, "wall", 2.3, PROTOTYPE),
        Reference({"seed": 0}, "closest", 0.78, PROTOTYPE),
        Reference({"seed": 0}, "true", 0.94, PROTOTYPE),
        Reference({"start": 0.95, "seed": 0}, "closest", 0.93, PROTOTYPE),
    )

    def run(self, state: State) -> Collision:
        """Learn the potential and let the atoms move with it and with the true one."""
        s = self.complete(state)
        start, speed = float(s["start"]), float(s["speed"])
        points, training = _fit(int(s["points"]), start, int(s["draw"]), int(s["seed"]))
        r = np.linspace(NEAREST + 0.1, lj.HIGH, 461)
        fit = training.predict(lj.gaussians(r, start=start))[:, 0]
        curve = learned_curve(training, start)
        path, true_path = move(curve, speed), move(true_curve, speed)
        closest = float("nan") if path.passes else float(path.r.min())
        drift = float(np.abs(path.energy - path.energy[0]).max())
        numbers = (
            Number("closest", "closest distance", closest, "σ", PASSED if path.passes else ""),
            Number("true", "with the true potential", float(true_path.r.min()), "σ"),
            Number(
                "wall",
                f"learned V({PROBE} σ); true {true_curve(PROBE)[0]:.1f} ε",
                curve(PROBE)[0],
                "ε",
            ),
            Number("drift", "largest change of the energy", drift, "ε"),
        )
        return Collision(
            numbers, start, points.r, points.v, r, lj.potential(r), fit, path, true_path
        )

    def code(self, state: State) -> Code:
        """The training and the motion; with PyTorch the force by automatic differentiation."""
        motion = _MOTION.format(**self.complete(state))
        return Code(numpy_program(motion, _NUMPY_CURVE), torch_program(motion, _TORCH_CURVE))


_NUMPY_CURVE = '''
def curve(model, r, start):
    """V and dV/dr at one distance, by the chain rule."""
    centres = np.linspace(start, 3, 10)
    width = centres[1] - centres[0]
    values = np.exp(-0.5 * ((r - centres) / width) ** 2)
    slopes = -(r - centres) / width**2 * values
    for W, b in zip(model[:-2:2], model[1:-2:2]):
        values, change = gelu(values @ W + b)
        slopes = change * (slopes @ W)
    return (values @ model[-2] + model[-1]).item(), (slopes @ model[-2]).item()
'''
_TORCH_CURVE = '''
def curve(model, r, start):
    """V and dV/dr at one distance, by automatic differentiation."""
    r = torch.tensor(r, requires_grad=True, dtype=torch.float64)
    centres = torch.linspace(start, 3, 10, dtype=torch.float64)
    values = torch.exp(-0.5 * ((r - centres) / (centres[1] - centres[0])) ** 2)
    energy = model.double()(values)[0]
    (slope,) = torch.autograd.grad(energy, r)
    return energy.item(), slope.item()
'''
_MOTION = f"""start = {{start}}
r, v = points({{points}}, draw={{draw}}, start=start)
model = train(gaussians(r, start=start), v, epochs={EPOCHS}, seed={{seed}})

# Two atoms: half a kick, a step, half a kick
distance, velocity = {FIRST}, -{{speed}}
energy, slope = curve(model, distance, start)
closest = distance
for step in range({N_STEPS}):
    velocity -= {STEP} / 2 * slope
    distance += {STEP} * velocity
    energy, slope = curve(model, distance, start)
    velocity -= {STEP} / 2 * slope
    closest = min(closest, distance)
    if distance < {NEAREST}:
        closest = np.nan  # the atoms pass through each other
        break
print(closest, "closest distance")
print(curve(model, {PROBE}, start)[0], "V at {PROBE}")
"""
