"""The public names and the modules that define them.

Type checkers and editors read this file; nmr_core/__init__.py reads it too and imports a name when
it is first used. One name per line.
"""

from .challenge.client import submit as submit
from .datasets import EchoDataset as EchoDataset
from .datasets import NoiseFloor as NoiseFloor
from .datasets import generate as generate
from .datasets import join as join
from .datasets import list_datasets as list_datasets
from .datasets import load_dataset as load_dataset
from .datasets import noise_floor as noise_floor
from .datasets import stream as stream
from .design import design as design
from .design.problem import DesignProblem as DesignProblem
from .design.proof.proof import Proof as Proof
from .design.proof.prove import prove as prove
from .design.proof.store import load_proof as load_proof
from .design.result import DesignResult as DesignResult
from .design.shaping import shape_design as shape_design
from .design.store import load_design as load_design
from .effects import EFFECTS as EFFECTS
from .errors import Cancelled as Cancelled
from .errors import FailedError as FailedError
from .errors import InputError as InputError
from .evaluation import compare as compare
from .evaluation import compare_classes as compare_classes
from .evaluation import list_runs as list_runs
from .evaluation import load_run as load_run
from .evaluation.explain import explain as explain
from .evaluation.explain import load_explanation as load_explanation
from .experiment import Experiment as Experiment
from .experiment import Material as Material
from .experiment import Protocol as Protocol
from .experiment import Sample as Sample
from .experiment import solve_for as solve_for
from .features import FEATURIZERS as FEATURIZERS
from .inference.identifiability import Identification as Identification
from .inference.identifiability import identify as identify
from .inference.intervals import calibrate as calibrate
from .inference.intervals import coverage as coverage
from .inference.intervals import coverage_map as coverage_map
from .inference.intervals import load_calibration as load_calibration
from .inference.posterior import fit_posterior as fit_posterior
from .inference.posterior import load_posterior as load_posterior
from .inference.posterior import make_posterior as make_posterior
from .inference.robustness import load_robustness as load_robustness
from .inference.robustness import robustness as robustness
from .integrators import INTEGRATORS as INTEGRATORS
from .io.formats import FORMATS as FORMATS
from .io.formats import read_foreign as read_foreign
from .io.formats import write_foreign as write_foreign
from .kernels import KERNELS as KERNELS
from .lattice import LATTICES as LATTICES
from .learning import Run as Run
from .learning.identifiable import unidentifiable as unidentifiable
from .learning.predicting import predict as predict
from .learning.train import train as train
from .measured.answering import Answer as Answer
from .measured.answering import answer as answer
from .measured.choice import fitting_run as fitting_run
from .measured.estimating import estimate as estimate
from .measured.for_run import prepare_for_run as prepare_for_run
from .measured.for_run import target_for_run as target_for_run
from .measured.posterior import JointPosterior as JointPosterior
from .measured.posterior import posterior as posterior
from .models import MODELS as MODELS
from .models import RECIPES as RECIPES
from .parameters import Parameter as Parameter
from .parameters import ParameterSpace as ParameterSpace
from .presets import PRESETS as PRESETS
from .presets import Row as Row
from .presets import preset as preset
from .presets import table_preset as table_preset
from .pulses import Delay as Delay
from .pulses import Pulse as Pulse
from .sequences import SEQUENCES as SEQUENCES
from .simulator import Echo as Echo
from .simulator import Movie as Movie
from .simulator import Sweep as Sweep
from .simulator import movie as movie
from .simulator import simulate as simulate
from .simulator import simulate_batch as simulate_batch
from .simulator import sweep as sweep
from .storage.spaces.entering import workspace as workspace
from .studies import STUDIES as STUDIES
from .studies import Study as Study
from .studies import list_studies as list_studies
from .studies import load_study as load_study
from .studies import study as study
from .symmetries import SYMMETRIES as SYMMETRIES
from .symmetries import Symmetry as Symmetry
from .symmetries import symmetries_of as symmetries_of

__version__: str
__all__: list[str]
