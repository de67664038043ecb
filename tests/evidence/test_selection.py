"""From names to effects: a comparison gives its difference, as printed or as computed."""

from __future__ import annotations

import pytest

from multifidus.evidence.chain import shipped_chain
from multifidus.evidence.cohort import shipped_cohorts
from multifidus.evidence.effect.estimate import Measure
from multifidus.evidence.effect.proportion import Scale
from multifidus.evidence.selection import Material, effects_of
from multifidus.evidence.study import shipped_evidence

MATERIAL = Material(evidence=shipped_evidence(), chain=shipped_chain(), cohorts=shipped_cohorts())


@pytest.mark.parametrize(
    ("name", "measure", "three", "cohort"),
    [
        ("responders-v-sham", Measure.RISK_DIFFERENCE, (10.4, -3.3, 24.1), "r8b"),
        ("pain-v-sham", Measure.MEAN_DIFFERENCE, (-0.9, -1.65, -0.15), "r8b"),
        ("disability-v-omm", Measure.MEAN_DIFFERENCE, (-16.8, -20.68, -12.92), "restore"),
        ("pmcf-uk-2y-nrs-change", Measure.MEAN_CHANGE, (-3.5, -4.21, -2.79), "pmcf-uk"),
        ("itz-12mo-nrs-change", Measure.MEAN_CHANGE, (-3.7, -4.58, -2.82), "itz"),
        ("pns60-2mo-lbp-responder-30", Measure.PROPORTION_LOGIT, (0.73, 0.62, 0.82), "pns60"),
    ],
)
def test_a_name_gives_an_effect_of_its_cohort(
    name: str, measure: Measure, three: tuple[float, ...], cohort: str
) -> None:
    """A printed interval is evened out about its value: -1.6 to -0.1 about -0.9 was rounded."""
    (effect,) = effects_of([name], material=MATERIAL, scale=Scale.LOGIT).effects

    assert (measure, name, cohort) == (effect.measure, effect.label, effect.cohort)
    assert three == pytest.approx(effect.natural, abs=0.005)


def test_the_day_of_a_result_goes_with_it() -> None:
    gathered = effects_of(["other-cohorts"], material=MATERIAL, scale=Scale.LOGIT)

    assert {"days": ("730", "365", "1460")} == gathered.columns
