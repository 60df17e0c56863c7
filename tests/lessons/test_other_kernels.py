"""The claims of every lesson and the tests of training, with the arithmetic of other processors.

Training is chaotic: kernels that add in another order change every digit of its result. What the course says must not
depend on them. OpenBLAS, torch, oneDNN, MKL and NumPy choose their kernels by the processor; environment variables make
them choose those of an older one.
"""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import threadpoolctl

ROOT = Path(__file__).parents[2]
LESSONS = sorted(path.stem for path in ROOT.glob("lessons/*.ipynb"))
TRAINING = ["numpy_backend", "torch_backend", "training", "experiments", "model_selection", "capstone"]
SIMD = " ".join(
    np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
)  # what NumPy found on this processor
OLD_NUMPY = {"NPY_DISABLE_CPU_FEATURES": SIMD} if SIMD else {}
# OpenBLAS's kernels, torch's, oneDNN's and MKL's, and the number of threads.
KERNELS = {
    "SSE": ("Nehalem", "default", "SSE41", "SSE4_2", 1),
    "AVX": ("Sandybridge", "default", "AVX", "AVX", 2),
    "AVX2": ("Haswell", "avx2", "AVX2", "AVX2", 1),
    "AVX-512": ("SkylakeX", "avx512", "AVX512_CORE", "AVX512", 2),
}

pytestmark = [pytest.mark.slow, pytest.mark.nightly]


def environment(kernels):
    """The variables that choose these kernels."""
    blas, aten, onednn, mkl, threads = KERNELS[kernels]
    count = {f"{library}_NUM_THREADS": str(threads) for library in ("OMP", "OPENBLAS", "MKL")}
    chosen = {"OPENBLAS_CORETYPE": blas, "ATEN_CPU_CAPABILITY": aten, "ONEDNN_MAX_CPU_ISA": onednn}
    older = OLD_NUMPY if kernels in ("SSE", "AVX") else {}
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))
    }
    return {**inherited, **count, **chosen, **older, "MKL_ENABLE_INSTRUCTIONS": mkl}


def python(code, kernels):
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(kernels), capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture(scope="session", params=KERNELS)
def kernels(request):
    """The name of kernels that take effect here; others are skipped."""
    if not any(library["internal_api"] == "openblas" for library in threadpoolctl.threadpool_info()):
        pytest.skip("NumPy does not use OpenBLAS here")
    ask = "import numpy, threadpoolctl as t; print(t.threadpool_info()[0]['architecture'])"
    wanted = KERNELS[request.param][0]
    if (found := python(ask, request.param)) != wanted:
        pytest.skip(f"this processor cannot run OpenBLAS's kernels for {wanted}: it uses those for {found}")
    return request.param


def assert_green(kernels, *arguments):
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        *map(str, arguments),
    ]
    done = subprocess.run(command, cwd=ROOT, env=environment(kernels), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-8000:]


def test_torch_uses_the_kernels_that_were_chosen(kernels):
    ask = "import torch; print(torch.backends.cpu.get_cpu_capability())"
    assert python(ask, kernels).lower() == KERNELS[kernels][1]


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_keeps_its_claims(kernels, lesson):
    claims = f"tests/lessons/test_lesson_claims_{lesson.partition('_')[0]}.py"
    assert_green(kernels, "-m", "slow or not slow", f"lessons/{lesson}.ipynb", claims)


@pytest.mark.parametrize("package", TRAINING)
def test_training_keeps_its_laws(kernels, package):
    assert_green(kernels, f"tests/{package}")
