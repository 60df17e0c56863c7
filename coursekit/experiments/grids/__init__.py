"""Tables of the lessons' comparisons: every contender at every learning rate that was tried.

    rows = grids.read("greedy_training")     # [{"recipe": "plain, depth 3", "rate": 0.5, "mean": 71.8, "sd": 3.1, …}, …]
    grids.best(rows, "recipe")               # {"plain, depth 3": the row with the lowest mean, …}
    grids.at_the_edge(rows, "recipe")        # contenders whose best rate is the lowest or highest tried: try more

A table is a CSV file of this folder. The experiment that fills it is a function of `coursekit.experiments`, which a slow
test runs again. A lesson trains each contender at its best rate from the table, or says that it does not.
"""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent

__all__ = ["at_the_edge", "best", "read", "write"]


def read(name: str) -> list[dict[str, Any]]:
    """The rows of table `name`; what can be read as a number is one. Raises ValueError for a table that does not exist."""
    path = FOLDER / f"{name}.csv"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in FOLDER.glob("*.csv")))
        raise ValueError(f"There is no table of a comparison named {name!r}. There are: {known}.")
    with path.open(encoding="utf-8", newline="") as file:
        return [{key: _value(text) for key, text in row.items()} for row in csv.DictReader(file)]


def write(name: str, rows: Iterable[dict[str, Any]]) -> Path:
    """Write the rows, which all have the same keys, as table `name`. Floats keep four significant digits."""
    rows = [{key: f"{v:.4g}" if isinstance(v, float) else v for key, v in row.items()} for row in rows]
    path = FOLDER / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    return path


def best(rows: list[dict[str, Any]], contender: str, value: str = "mean") -> dict[Any, dict[str, Any]]:
    """{contender: its row with the lowest `value`}, in the order of the rows. `contender` names a column."""
    found: dict[Any, dict[str, Any]] = {}
    for row in rows:
        if row[contender] not in found or row[value] < found[row[contender]][value]:
            found[row[contender]] = row
    return found


def at_the_edge(rows: list[dict[str, Any]], contender: str, value: str = "mean") -> list[Any]:
    """The contenders whose best row has the lowest or the highest rate that was tried for them."""
    edges = []
    for name, row in best(rows, contender, value).items():
        rates = [other["rate"] for other in rows if other[contender] == name]
        if row["rate"] in (min(rates), max(rates)):
            edges.append(name)
    return edges


def _value(text: str) -> Any:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text
