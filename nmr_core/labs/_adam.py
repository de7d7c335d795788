"""Compiled training of a small dense network: forward, backward and one step of Adam.

Weights lie in one vector: W1 (D, H), b1 (H), W2 (H, H), b2 (H), W3 (H, O), b3 (O). All long loops
are of the form y += a x, which keeps the order of additions, so that every processor computes the
same numbers.
"""

import numpy as np

from nmr_core.compilation import compiled

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8


@compiled(nogil=True, error_model="numpy")
def gelu(z, h, slope):
    """Write GELU(z) and its derivative, z (1 + tanh u) / 2 with u = sqrt(2/pi) (z + 0.044715 z^3).

    tanh is a rational function on [-7.9, 7.9], accurate to single precision.
    """
    for j in range(len(z)):
        x = z[j]
        square = x * x
        u = np.float32(0.7978845608) * x * (np.float32(1) + np.float32(0.044715) * square)
        u = min(max(u, np.float32(-7.90531110763549805)), np.float32(7.90531110763549805))
        v = u * u
        # Numerator of tanh
        p = np.float32(-2.76076847742355e-16) * v + np.float32(2.00018790482477e-13)
        p = p * v + np.float32(-8.60467152213735e-11)
        p = p * v + np.float32(5.12229709037114e-08)
        p = p * v + np.float32(1.48572235717979e-05)
        p = p * v + np.float32(6.37261928875436e-04)
        p = p * v + np.float32(4.89352455891786e-03)
        # Denominator of tanh
        q = np.float32(1.19825839466702e-06) * v + np.float32(1.18534705686654e-04)
        q = q * v + np.float32(2.26843463243900e-03)
        q = q * v + np.float32(4.89352518554385e-03)
        t = u * p / q
        inner = np.float32(0.7978845608) * (np.float32(1) + np.float32(0.134145) * square)
        h[j] = np.float32(0.5) * x * (np.float32(1) + t)
        slope[j] = np.float32(0.5) * (np.float32(1) + t + x * (np.float32(1) - t * t) * inner)


@compiled(nogil=True, error_model="numpy")
def add_product(y, x, matrix):
    """y += x matrix, four rows of the matrix at a time."""
    rows, columns = matrix.shape
    k = 0
    while k + 4 <= rows:
        a, b, c, d = x[k], x[k + 1], x[k + 2], x[k + 3]
        m0, m1, m2, m3 = matrix[k], matrix[k + 1], matrix[k + 2], matrix[k + 3]
        for j in range(columns):
            y[j] = y[j] + a * m0[j] + b * m1[j] + c * m2[j] + d * m3[j]
        k += 4
    while k < rows:
        a = x[k]
        row = matrix[k]
        for j in range(columns):
            y[j] = y[j] + a * row[j]
        k += 1


@compiled(nogil=True, error_model="numpy")
def add_outer(matrix, x, y):
    """matrix += x^T y."""
    for k in range(len(x)):
        a = x[k]
        row = matrix[k]
        for j in range(len(y)):
            row[j] = row[j] + a * y[j]


@compiled(nogil=True, error_model="numpy")
def matrices(w, n_inputs, n_hidden, n_outputs):
    """Views of W1, b1, W2, b2, W3 and b3 in the vector of all weights."""
    a = n_inputs * n_hidden
    b = a + n_hidden
    c = b + n_hidden * n_hidden
    d = c + n_hidden
    e = d + n_hidden * n_outputs
    w1 = w[:a].reshape(n_inputs, n_hidden)
    w2 = w[b:c].reshape(n_hidden, n_hidden)
    w3 = w[d:e].reshape(n_hidden, n_outputs)
    return w1, w[a:b], w2, w[c:d], w3, w[e:]


@compiled(nogil=True, error_model="numpy")
def gradient(w, g, inputs, targets, rows, n_hidden):
    """Write the gradient of the mean square error of some rows; returns that error."""
    n_inputs, n_outputs = inputs.shape[1], targets.shape[1]
    w1, b1, w2, b2, w3, b3 = matrices(w, n_inputs, n_hidden, n_outputs)
    g1, c1, g2, c2, g3, c3 = matrices(g, n_inputs, n_hidden, n_outputs)
    w2_columns, w3_columns = w2.T.copy(), w3.T.copy()
    hidden = np.empty((6, n_hidden), w.dtype)
    z1, h1, s1, z2, h2, s2 = hidden[0], hidden[1], hidden[2], hidden[3], hidden[4], hidden[5]
    out = np.empty(n_outputs, w.dtype)
    scale = np.float32(2.0 / (len(rows) * n_outputs))
    loss = 0.0
    g[:] = 0
    for row in rows:
        x = inputs[row]
        # Forward
        z1[:] = b1
        add_product(z1, x, w1)
        gelu(z1, h1, s1)
        z2[:] = b2
        add_product(z2, h1, w2)
        gelu(z2, h2, s2)
        out[:] = b3
        add_product(out, h2, w3)
        # Residuals
        for o in range(n_outputs):
            out[o] -= targets[row, o]
            loss += out[o] * out[o]
            out[o] *= scale
        # Backward; z1 and z2 now hold the derivatives by themselves
        c3 += out
        add_outer(g3, h2, out)
        z2[:] = 0
        add_product(z2, out, w3_columns)
        z2 *= s2
        c2 += z2
        add_outer(g2, h1, z2)
        z1[:] = 0
        add_product(z1, z2, w2_columns)
        z1 *= s1
        c1 += z1
        add_outer(g1, x, z1)
    return loss / (len(rows) * n_outputs)


@compiled(nogil=True, error_model="numpy")
def step(w, g, first, second, rate, decay, count):
    """One step of Adam with decoupled weight decay, number ``count`` from 1."""
    shrink = np.float32(1 - rate * decay)
    bias = np.float32(1 / np.sqrt(1 - BETA_2**count))
    size = np.float32(rate / (1 - BETA_1**count))
    beta_1, beta_2 = np.float32(BETA_1), np.float32(BETA_2)
    rest_1, rest_2 = np.float32(1 - BETA_1), np.float32(1 - BETA_2)
    epsilon = np.float32(EPSILON)
    for i in range(len(w)):
        first[i] = beta_1 * first[i] + rest_1 * g[i]
        second[i] = beta_2 * second[i] + rest_2 * g[i] * g[i]
        w[i] = shrink * w[i] - size * first[i] / (np.sqrt(second[i]) * bias + epsilon)


@compiled(nogil=True, error_model="numpy")
def train(w, inputs, targets, orders, n_hidden, batch, rate, decay, shots, snapshots, losses):
    """Train ``w`` in place, an epoch per entry of ``losses``.

    ``snapshots[i]`` receives the weights after ``shots[i]`` epochs.
    """
    g, first, second = np.zeros_like(w), np.zeros_like(w), np.zeros_like(w)
    n, count, shot = len(inputs), 0, 0
    while shot < len(shots) and shots[shot] == 0:
        snapshots[shot] = w
        shot += 1
    for epoch in range(len(losses)):
        order = orders[epoch % len(orders)]
        total = 0.0
        for start in range(0, n, batch):
            rows = order[start : start + batch]
            total += len(rows) * gradient(w, g, inputs, targets, rows, n_hidden)
            count += 1
            step(w, g, first, second, rate, decay, count)
        losses[epoch] = total / n
        while shot < len(shots) and shots[shot] == epoch + 1:
            snapshots[shot] = w
            shot += 1
