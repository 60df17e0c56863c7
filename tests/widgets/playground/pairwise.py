"""A short list of combinations in which every two values of any two settings meet."""

import itertools


def covering(settings):
    """[{setting: value}, …] for {setting: values}: greedily, the value that meets the most new pairs."""
    names = list(settings)
    open_pairs = {
        ((a, i), (b, j))
        for a, b in itertools.combinations(names, 2)
        for i in range(len(settings[a]))
        for j in range(len(settings[b]))
    }
    rows = []
    while open_pairs:
        (a, i), (b, j) = min(open_pairs)
        row = {a: i, b: j}
        for name in names:
            if name not in row:
                row[name] = max(
                    range(len(settings[name])),
                    key=lambda k, name=name, row=row: sum(
                        tuple(sorted([(name, k), item], key=lambda pair: names.index(pair[0]))) in open_pairs
                        for item in row.items()
                    ),
                )
        open_pairs -= set(itertools.combinations(((name, row[name]) for name in names), 2))
        rows.append({name: settings[name][k] for name, k in row.items()})
    return rows
