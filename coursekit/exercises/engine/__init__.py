"""How answers are judged: draw questions, call the learner's function, compare, name the mistake, show the verdict.

A check goes through these modules: `answers` (draw questions) → `running` (run the learner's function, anywhere) →
`judge` and `diagnosis` (outputs to a verdict) → `panel` (show it) and `progress_store` (keep it).
"""

__all__: list[str] = []
