"""How far an observed share may be from the true one."""

from scipy.stats import beta


def share_interval(k: int, n: int) -> tuple[float, float]:
    """95 % interval of a probability of which k of n were seen (Clopper & Pearson 1934); (0, 1) of none."""
    low = beta.ppf(0.025, k, n - k + 1) if k else 0.0
    high = beta.ppf(0.975, k + 1, n - k) if k < n else 1.0
    return float(low), float(high)
