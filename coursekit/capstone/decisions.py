"""A choice, what was chosen instead of what, why, and the measurement that stands behind it."""

from dataclasses import dataclass

import numpy as np

from coursekit import checks
from coursekit.capstone.standings import mean_and_se


@dataclass(frozen=True, eq=False)
class Decision:
    """chose, instead_of: in words; gain (n,): how much better the choice measured, seed by seed, or None.

    unit: of the gain, such as "points of validation error". because: the reason in a sentence; a decision without a
    measurement has to have one all the same.
    """

    chose: str
    instead_of: str
    because: str
    gain: np.ndarray | None = None
    unit: str = "points of validation error"

    def __post_init__(self):
        for name in ("chose", "instead_of", "because"):
            value = getattr(self, name)
            if not isinstance(value, str) or not value.strip():
                raise ValueError(f"Decision: {name} is {value!r}; it wants a few words.")
        if self.gain is not None:
            gain = checks.numeric("Decision", "gain", self.gain)
            checks.finite("Decision", "gain", gain)
            if np.ndim(gain) != 1 or np.size(gain) < 2:
                raise ValueError(
                    f"Decision: gain has shape {np.shape(gain)}; it wants a number for each seed, at least 2."
                )

    @property
    def finding(self) -> str:
        """What the measurement says: "better", "worse" or "no difference measured", by two standard errors."""
        if self.gain is None:
            return "not measured"
        mean, se = mean_and_se(self.gain)
        if abs(mean) <= 2 * se:
            return "no difference measured"
        return "better" if mean > 0 else "worse"

    @property
    def evidence(self) -> str:
        """The finding with its numbers."""
        if self.gain is None:
            return "not measured"
        gain = np.asarray(self.gain)
        won = int((gain > 0).sum())
        return (
            f"{self.finding}: {gain.mean():+.1f} ± {gain.std(ddof=1):.1f} {self.unit} (mean ± sd, better in {won} of "
            f"{gain.size})"
        )

    def __repr__(self):
        return f"{self.chose} rather than {self.instead_of}, because {self.because}\n    {self.evidence}"
