"""The count of compared criteria stands in the summary of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import TOLD

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def count(record_property: Callable[[str, object], None]) -> Callable[[str, int], None]:
    """Tell how many criteria were compared, and what they were criteria of."""

    def tell(what: str, criteria: int) -> None:
        record_property(TOLD, f"CQL oracle: {criteria} criteria of {what} compared")

    return tell
