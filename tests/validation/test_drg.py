"""The MS-DRGs of the billing tables are those of an outside grouper, in all releases it has."""

from __future__ import annotations

import json

from multifidus.billing.groups import ms_drgs
from validation.drg import STORED, VERSIONS


def test_the_groups_are_those_that_the_grouper_gave() -> None:
    """Stored by `python -m validation.drg`; a failure means that a row, or the grouper, changed."""
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    told = {
        (each["principal"], tuple(each["procedures"])): set(each["found"].values())
        for each in stored["rows"]
    }

    assert told == {(each.principal, each.procedures): {each.group} for each in ms_drgs()}
    assert all(set(each["found"]) == set(map(str, VERSIONS)) for each in stored["rows"])
