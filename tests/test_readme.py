"""The README is short, and its example does what it says."""

import re
from pathlib import Path

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_it_is_short():
    assert len(README.splitlines()) <= 120


def test_its_example_trains_a_network(capsys):
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(compile(example, "README.md", "exec"), {})
    first, last = map(float, re.findall(r"\d+\.\d+", capsys.readouterr().out))
    assert first > 4 * last
    assert last < 0.1
