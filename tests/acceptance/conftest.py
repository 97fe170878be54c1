"""What acceptance tests share: the measurement of the pure modules, begun with the first."""

from collections.abc import Iterator

import pytest
from pure_measuring import Measuring


@pytest.fixture(scope="session", autouse=True)
def measuring(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Measuring | None]:
    """The measurement, if a test of this run asks for it; it ends with the run."""
    if not any(item.name.startswith("test_pure_modules") for item in request.session.items):
        yield None
        return
    measurement = Measuring(tmp_path_factory.mktemp("coverage"))
    yield measurement
    measurement.end()
