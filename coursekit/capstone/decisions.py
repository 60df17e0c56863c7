"""A choice with its alternative, the reason, and the measurement behind it; checked against the recipe that was run."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from coursekit import checks
from coursekit.capstone.settings import NAMES, Settings, in_words, over_draws, same
from coursekit.capstone.standings import Standings, mean_and_se

PLAIN: Settings = {  # of the lesson's first_try
    "networks": 1, "width": (64,), "activation": "relu", "dropout": 0.0, "batch_norm": False, "optimizer": "SGD",
    "momentum": 0.9, "rate": 0.05, "last_rate": 0.0, "schedule": "falling", "epochs": 30, "batch_size": 32,
    "penalty": "none", "lam": 0.0, "early_stopping": 0, "images": 600, "relabeled": 0.0,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Decision:
    """A decision of the learner's, for the page.

    setting: a key of `capstone.NAMES`, such as "dropout", which is checked against the run; or any other words, which
    are not. chose, instead_of: values of this setting. because: the reason in a sentence, which is required even with a
    measurement. gain (n,): how much better the choice was, one number per seed, or None if it was not measured. unit:
    of the gain.
    """

    setting: str
    chose: Any
    instead_of: Any
    because: str
    gain: np.ndarray | None = None
    unit: str = "points of validation error"

    def __post_init__(self):
        for name in ("setting", "because"):
            value = getattr(self, name)
            if not isinstance(value, str) or not value.strip(" .…"):
                raise ValueError(
                    f"Decision: {name} must be a few words, but it is {value!r}. Write your own."
                )
        if same(self.chose, self.instead_of):
            raise ValueError(
                f"Decision: chose and instead_of must differ, but both are {in_words(self.chose)}. Name the alternative "
                "that you compared with."
            )
        if self.gain is not None:
            gain = checks.numeric("Decision", "gain", self.gain)
            checks.finite("Decision", "gain", gain)
            if np.ndim(gain) != 1 or np.size(gain) < 2:
                raise ValueError(
                    f"Decision: gain must hold one number per seed, for at least 2 seeds, but it has shape "
                    f"{np.shape(gain)}."
                )

    @property
    def name(self) -> str:
        """The setting in words."""
        return NAMES.get(self.setting, self.setting)

    @property
    def is_checked(self) -> bool:
        """Whether a run shows the setting."""
        return self.setting in NAMES

    def contradiction(self, standings: Standings) -> str | None:
        """How the recipe that was ranked contradicts this decision, in words; None if it does not."""
        if not self.is_checked:
            return None
        trainings = values_of(standings, self.setting)
        if any(_agrees(self.chose, values) for values in trainings):
            return None
        found = ", ".join(dict.fromkeys(map(over_draws, trainings))) or "none, because it trained no network"
        return f"{self.name[0].upper()}{self.name[1:]}: your decision says {in_words(self.chose)}, but in the recipe that was run it was {found}."

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
        return (
            f"{self.name}: {in_words(self.chose)} instead of {in_words(self.instead_of)}, because {self.because}\n"
            f"    {self.evidence}"
        )


def values_of(standings: Standings, setting: str) -> list[list[Any]]:
    """The values of a setting, one list per training of a draw, each over the draws: [[19, 19, …], [12, 14, …]].

    Trainings that only some draws have are left out.
    """
    if setting == "trainings":
        return [[len(run.settings) for run in standings.runs]]
    runs = [run.settings for run in standings.runs]
    return [[run[j][setting] for run in runs] for j in range(min(map(len, runs)))]


def _agrees(chose, values):
    """Whether a stated value is that of the draws, or lies in their range if it differs from draw to draw."""
    if any(same(chose, value) for value in values):
        return True
    numbers = all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in [chose, *values]
    )
    return numbers and min(values) <= chose <= max(values)


@dataclass(frozen=True)
class Questions:
    """What a recipe did otherwise than a plain one, as questions to its author: {setting: (its value, the plain one)}."""

    settings: dict[str, tuple[Any, Any]]

    def __repr__(self):
        if not self.settings:
            return "Your recipe has the settings of the plain one: there is no decision to explain yet."
        head = "Your recipe differs from the plain one in these settings. Why? Copy and complete the lines that matter."
        lines = [
            f'    capstone.Decision("{setting}", {_code(mine)}, instead_of={_code(plain)}, because="..."),'
            f"   # {NAMES[setting].split(', ')[0]}"
            for setting, (mine, plain) in self.settings.items()
        ]
        return "\n".join([head, *lines])


def questions(standings: Standings, plain: Settings | None = None) -> Questions:
    """The settings in which the ranked recipe differs from a plain one, the lesson's `first_try` unless given.

    `images` and `last_rate` follow from other settings and are not asked for.
    """
    plain = PLAIN if plain is None else plain
    asked = {}
    for setting in NAMES:
        usual = 1 if setting == "trainings" else plain[setting]
        different = [values[0] for values in values_of(standings, setting) if not _agrees(usual, values)]
        if different and setting not in ("images", "last_rate"):
            asked[setting] = different[0], usual
    return Questions(asked)


def stated(decisions: Sequence[Decision], standings: Standings) -> tuple[list[Decision], list[str]]:
    """The decisions that the run does not contradict, and in words why each of the others is left out."""
    reasons = [decision.contradiction(standings) for decision in decisions]
    kept = [decision for decision, reason in zip(decisions, reasons, strict=True) if reason is None]
    return kept, [reason for reason in reasons if reason is not None]


def _code(value):
    return f"{value:.3g}" if isinstance(value, float) else repr(value)
