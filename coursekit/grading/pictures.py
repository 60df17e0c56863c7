"""The pictures of the class page, as SVG in the page: they carry their numbers as text, and need no color."""

import html

_STATES = (("passed", "passed", "#0072b2"), ("partial", "partly", "#56b4e9"), ("wrong", "wrong", "#d55e00"))
_UNANSWERED = ("unanswered", "not answered", "#8886")


def histogram(shares: list[float], bins: int = 10) -> str:
    """How many submissions have which share of the points."""
    counts = [0] * bins
    for share in shares:
        counts[min(int(share * bins), bins - 1)] += 1
    labels = [f"{100 * i // bins}–{100 * (i + 1) // bins} %" for i in range(bins)]
    most, width, height = max([*counts, 1]), 58, 150
    bars = []
    for i, (label, count) in enumerate(zip(labels, counts, strict=True)):
        tall = height * count / most
        x = 20 + i * (width + 6)
        bars.append(
            f'<rect x="{x}" y="{30 + height - tall:.1f}" width="{width}" height="{tall:.1f}" fill="#0072b2"/>'
            f'<text x="{x + width / 2}" y="{24 + height - tall:.1f}" text-anchor="middle">{count or ""}</text>'
            f'<text x="{x + width / 2}" y="{50 + height}" text-anchor="middle" style="font-size:11px">{label}</text>'
        )
    right = 26 + bins * (width + 6)
    axis = f'<line x1="14" x2="{right}" y1="{30 + height}" y2="{30 + height}" stroke="currentColor"/>'
    told = ", ".join(f"{label}: {count}" for label, count in zip(labels, counts, strict=True) if count)
    caption = "Submissions by the share of the points they won."
    return _figure("".join([*bars, axis]), right + 10, height + 62, f"Histogram. {told}", caption)


def success(exercises: list[tuple[str, str]], outcomes: list[tuple[str, str, int]]) -> str:
    """For each exercise, the shares that passed, won some points, won none, and left it blank."""
    counts = {(exercise, outcome): count for exercise, outcome, count in outcomes}
    rows, told, left, width = [], [], 235, 400
    for i, (key, name) in enumerate(exercises):
        mine = [(state, counts.get((key, state[0]), 0)) for state in (*_STATES, _UNANSWERED)]
        total = sum(count for _, count in mine) or 1
        y, x = 34 + 30 * i, float(left)
        rows.append(f'<text x="{left - 10}" y="{y + 15}" text-anchor="end">{key} {html.escape(name)}</text>')
        for (_, _, color), count in mine:
            wide = width * count / total
            rows.append(
                f'<rect x="{x:.1f}" y="{y}" width="{wide:.1f}" height="21" fill="{color}" stroke="#fff6"/>'
            )
            if wide > 26:
                ink = (
                    "#fff"
                    if color in ("#0072b2", "#d55e00")
                    else "currentColor"
                    if color == "#8886"
                    else "#000"
                )
                rows.append(
                    f'<text x="{x + wide / 2:.1f}" y="{y + 15}" text-anchor="middle" style="fill:{ink}">{count}</text>'
                )
            x += wide
        told.append(f"{key} {name}: " + ", ".join(f"{count} {words}" for (_, words, _), count in mine))
    legend, x = [], float(left)
    for _, words, color in (*_STATES, _UNANSWERED):
        legend.append(
            f'<rect x="{x:.0f}" y="6" width="14" height="14" fill="{color}"/><text x="{x + 19:.0f}" y="18">{words}</text>'
        )
        x += 42 + 7.5 * len(words)
    caption = "How each exercise went: passed, some of the points, none, not answered; from left to right."
    return _figure(
        "".join(legend + rows), left + width + 10, 44 + 30 * len(exercises), ". ".join(told), caption
    )


def _figure(inside, width, height, label, caption):
    return (
        f'<figure><div class="wide"><svg role="img" aria-label="{html.escape(label)}" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}">{inside}</svg></div><figcaption>{caption}</figcaption></figure>'
    )
