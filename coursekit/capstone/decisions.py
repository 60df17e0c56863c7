"""A choice with its alternative, the reason, and the measurement behind it."""

from dataclasses import dataclass

import numpy as np

from coursekit import checks
from coursekit.capstone.standings import mean_and_se


@dataclass(frozen=True, eq=False)
class Decision:
    """A decision of the learner's, for the page.

    chose, instead_of: in words. because: the reason in a sentence, which is required even with a measurement. gain
    (n,): how much better the choice was, one number per seed, or None if it was not measured. unit: of the gain, such
    as "points of validation error".
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
                raise ValueError(f"Decision: {name} must be a few words, but it is {value!r}.")
        if self.gain is not None:
            gain = checks.numeric("Decision", "gain", self.gain)
            checks.finite("Decision", "gain", gain)
            if np.ndim(gain) != 1 or np.size(gain) < 2:
                raise ValueError(
                    f"Decision: gain must hold one number per seed, for at least 2 seeds, but it has shape "
                    f"{np.shape(gain)}."
                )

    @property
    def finding(self) -> str:
        """ "better" or "worse" if the mean gain is beyond two standard errors, else "no difference measured"."""
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
