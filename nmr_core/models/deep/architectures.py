"""Registry of the networks; a new one is a new file and one line here."""

from nmr_core.models.deep._architecture import Architecture
from nmr_core.models.deep.cnn import CNN_SEPARABLE
from nmr_core.models.deep.gelu import GELU_MLP
from nmr_core.models.deep.lstm import LSTM
from nmr_core.models.deep.organisers import ORGANISERS
from nmr_core.models.deep.transformer import TRANSFORMER

ARCHITECTURES: dict[str, Architecture] = {
    a.name: a for a in (ORGANISERS, CNN_SEPARABLE, LSTM, TRANSFORMER, GELU_MLP)
}
