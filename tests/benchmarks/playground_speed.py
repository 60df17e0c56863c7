"""The playground's speed in Chromium: steps a second beside `ck.fit` on the same network, and pictures a second.

    python tests/benchmarks/playground_speed.py [--rounds 5]

The network is 2-8-8-1 with tanh, batches of 16, on two moons. Steps: in the page without drawing, and in Python by the NumPy
backend (`fit` gives small networks one BLAS thread), in turns. Pictures: with ten steps for each. Targets: 30 pictures and 300 steps a second.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "browser"))

import lab
import numpy as np

from coursekit import data
from coursekit import numpy_backend as ck
from coursekit.widgets.playground import bundle

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Playground</title><body><div id="here"></div>
<script src="playground.js"></script></body></html>"""
STEPS = """() => {
    const trainer = new coursekitPlayground.Trainer({...coursekitPlayground.defaults(), layers: [8, 8]});
    for (let i = 0; i < 200; i++) trainer.step();
    const begun = performance.now();
    for (let i = 0; i < 3000; i++) trainer.step();
    return 3000 / (performance.now() - begun) * 1000; }"""
PICTURES = """async () => {
    const page = new coursekitPlayground.Playground(document.getElementById("here"), {layers: [8, 8]});
    let frames = 0;
    const draw = page.draw.bind(page);
    page.draw = () => { frames += 1; draw(); };
    page.run();
    await new Promise((done) => setTimeout(done, 3000));
    page.pause();
    return frames / 3; }"""


def steps_of_fit():
    """Steps a second of `ck.fit`."""
    moons = data.moons(144, np.random.default_rng(0))
    net = ck.mlp([2, 8, 8, 1], ck.tanh, rng=np.random.default_rng(0))
    sgd = ck.SGD(net.parameters(), lr=0.1)
    begun = time.perf_counter()
    ck.fit(
        net, moons.x, moons.y[:, :1], loss=ck.sigmoid_cross_entropy, optimizer=sgd, epochs=300, batch_size=16,
        rng=np.random.default_rng(0),
    )  # fmt: skip
    return 300 * 9 / (time.perf_counter() - begun)


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    ours, theirs, pictures = [], [], []
    with tempfile.TemporaryDirectory() as folder, lab.browser(width=1280, height=900) as page:
        (Path(folder) / "index.html").write_text(PAGE, encoding="utf-8")
        (Path(folder) / "playground.js").write_text(bundle.classic_script(), encoding="utf-8")
        page.goto((Path(folder) / "index.html").as_uri())
        for _ in range(options.rounds):
            ours.append(page.evaluate(STEPS))
            theirs.append(steps_of_fit())
            pictures.append(page.evaluate(PICTURES))
            print(
                f"steps a second: page {ours[-1]:.0f}, fit {theirs[-1]:.0f}; pictures {pictures[-1]:.0f}",
                flush=True,
            )
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    print(
        f"medians: page {statistics.median(ours):.0f} steps a second, {ratio:.2f} x fit; {statistics.median(pictures):.0f} pictures"
    )


if __name__ == "__main__":
    main()
