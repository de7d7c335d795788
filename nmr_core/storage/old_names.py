"""Names in stored results of earlier versions, and what they are called today."""

RENAMED = {
    "null": "baseline",
    "null_mse_w2": "baseline_mse_w2",
    "null_f1": "baseline_f1",
    "wanted": "goal",
    "top_k.null": "top_k.baseline",
}
"""Old key -> key; 0.1 to 0.5 called the baseline "null", and the error to reach "wanted"."""


def with_current_names(stored):
    """A JSON value (or a dictionary of arrays) whose keys are today's, at any depth."""
    if isinstance(stored, dict):
        return {RENAMED.get(key, key): with_current_names(value) for key, value in stored.items()}
    if isinstance(stored, list):
        return [with_current_names(value) for value in stored]
    return stored
