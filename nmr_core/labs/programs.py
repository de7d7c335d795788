"""Text of the programs that compute a move outside of the app: shared parts, NumPy and PyTorch."""

from nmr_core.labs.lab import Code

DATA = '''
def potential(r):
    """Lennard-Jones energy in units of epsilon; r in units of sigma."""
    return 4 * (r**-12 - r**-6)


def points(n, draw, noise=0.0, start=1.0, end=3.0):
    """Random points of the potential with noise."""
    r = np.random.default_rng(draw).uniform(start, end, n)
    return r, potential(r) + noise * np.random.default_rng([draw, 1]).standard_normal(n)


def gaussians(r, n=10, width=1.0, start=1.0, end=3.0):
    """Descriptors: Gaussians on evenly spaced centres."""
    centres = np.linspace(start, end, n)
    w = width * (centres[1] - centres[0])
    return np.exp(-0.5 * ((r[:, None] - centres) / w) ** 2)


def rmse(errors):
    return np.sqrt(np.mean(errors**2))
'''

INITIAL = '''
def initial(sizes, seed):
    """Weights and biases of each layer, uniform within 1/sqrt(inputs)."""
    rng = np.random.default_rng(seed)
    layers = []
    for n_in, n_out in zip(sizes[:-1], sizes[1:]):
        bound = 1 / np.sqrt(n_in)
        layers.append(rng.uniform(-bound, bound, (n_in, n_out)))
        layers.append(rng.uniform(-bound, bound, n_out))
    return layers
'''

NETWORK = '''
def gelu(z):
    """GELU and its derivative."""
    t = np.tanh(0.7978845608 * (z + 0.044715 * z**3))
    inner = 0.7978845608 * (1 + 0.134145 * z**2)
    return z * (1 + t) / 2, (1 + t + z * (1 - t**2) * inner) / 2


def forward(layers, x):
    """Output, the input of each layer, and the derivatives of the hidden layers."""
    inputs, slopes = [x], []
    for W, b in zip(layers[:-2:2], layers[1:-2:2]):
        h, slope = gelu(inputs[-1] @ W + b)
        inputs.append(h)
        slopes.append(slope)
    return inputs[-1] @ layers[-2] + layers[-1], inputs, slopes


def predict(layers, x):
    output = forward(layers, x)[0]
    return output[:, 0] if output.shape[1] == 1 else output


def gradients(layers, x, y):
    """Derivatives of the mean square error."""
    output, inputs, slopes = forward(layers, x)
    delta = 2 * (output - y) / y.size
    answer = []
    for k in reversed(range(len(inputs))):
        answer = [inputs[k].T @ delta, delta.sum(axis=0), *answer]
        if k > 0:
            delta = (delta @ layers[2 * k].T) * slopes[k - 1]
    return answer


def train(x, y, hidden=75, epochs=1000, rate=1e-3, decay=0.0, seed=0, snapshots=()):
    """Full-batch Adam with decoupled weight decay: the layers, or those of the snapshots."""
    y = y.reshape(len(y), -1)
    layers = initial([x.shape[1], hidden, hidden, y.shape[1]], seed)
    first = [np.zeros_like(w) for w in layers]
    second = [np.zeros_like(w) for w in layers]
    stored = [[w.copy() for w in layers]] if 0 in snapshots else []
    for epoch in range(1, epochs + 1):
        for w, g, m, v in zip(layers, gradients(layers, x, y), first, second):
            m += 0.1 * (g - m)
            v += 0.001 * (g**2 - v)
            w *= 1 - rate * decay
            w -= rate * (m / (1 - 0.9**epoch)) / (np.sqrt(v / (1 - 0.999**epoch)) + 1e-8)
        if epoch in snapshots:
            stored.append([w.copy() for w in layers])
    return stored if len(snapshots) else layers
'''

TORCH_NETWORK = '''
def predict(model, x):
    with torch.no_grad():
        output = model(torch.tensor(x, dtype=torch.float32)).numpy().astype(float)
    return output[:, 0] if output.shape[1] == 1 else output


def network(sizes, seed):
    """Dense layers with GELU, with the initial weights of the NumPy program."""
    modules = []
    for n_in, n_out in zip(sizes[:-1], sizes[1:]):
        modules += [torch.nn.Linear(n_in, n_out), torch.nn.GELU(approximate="tanh")]
    model = torch.nn.Sequential(*modules[:-1])
    for parameter, values in zip(model.parameters(), initial(sizes, seed)):
        parameter.data = torch.tensor(values.T, dtype=torch.float32)
    return model


def train(x, y, hidden=75, epochs=1000, rate=1e-3, decay=0.0, seed=0, snapshots=()):
    """Full-batch AdamW. Returns the model, or those of the snapshots."""
    x = torch.tensor(x, dtype=torch.float32)
    y = torch.tensor(y.reshape(len(y), -1), dtype=torch.float32)
    model = network([x.shape[1], hidden, hidden, y.shape[1]], seed)
    optimiser = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=decay)
    stored = [copy.deepcopy(model)] if 0 in snapshots else []
    for epoch in range(1, epochs + 1):
        optimiser.zero_grad()
        torch.nn.functional.mse_loss(model(x), y).backward()
        optimiser.step()
        if epoch in snapshots:
            stored.append(copy.deepcopy(model))
    return stored if len(snapshots) else model
'''


def numpy_program(move: str, *parts: str) -> str:
    """A whole program with NumPy only.

    Parameters
    ----------
    move : str
        What differs from lab to lab; it calls ``points``, ``gaussians``, ``train`` and ``predict``.
    parts : str
        Further functions of the lab.
    """
    return "\n".join(["import numpy as np\n", DATA, INITIAL, NETWORK, *parts, "", move])


def torch_program(move: str, *parts: str) -> str:
    """The same program with PyTorch in place of the network in NumPy."""
    head = "import copy\n\nimport numpy as np\nimport torch\n"
    return "\n".join([head, DATA, INITIAL, TORCH_NETWORK, *parts, "", move])


def programs_with_data(move: str) -> Code:
    """Both programs of a move on the arrays of :meth:`nmr_core.labs.lab.Lab.data`."""
    numpy = ["import numpy as np\n", INITIAL, NETWORK, "", move]
    torch = ["import copy\n\nimport numpy as np\nimport torch\n", INITIAL, TORCH_NETWORK, "", move]
    return Code("\n".join(numpy), "\n".join(torch))
