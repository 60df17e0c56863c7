"""Fixtures of the tests of grading."""

import pytest
from boxes import BUBBLEWRAP, LANDLOCK

from coursekit.grading.inside.confine import Limits
from coursekit.grading.sandbox import Sandbox


@pytest.fixture(scope="module", params=[BUBBLEWRAP, LANDLOCK])
def box(request, tmp_path_factory):
    secret = tmp_path_factory.mktemp("secret") / "gradebook"
    secret.write_text("grades")
    with Sandbox(request.param, limits=Limits(seconds=20), secret=[secret]) as box:
        box.secret = secret
        yield box
