"""The made-up charts, one a module: who it is, what happened, and which answers it promises."""

from __future__ import annotations

from authoring.stories import (
    anthem_candidate,
    bmi_38_age_78,
    complete_candidate,
    contradictory_mri,
    mri_report,
    no_medication_record,
    only_time_lacking,
    referral_packet,
    seventeen_years,
    silent_chart,
    spine_clinic,
    surgical_candidate,
)

CHARTS = (
    complete_candidate.CHART,
    no_medication_record.CHART,
    contradictory_mri.CHART,
    surgical_candidate.CHART,
    seventeen_years.CHART,
    only_time_lacking.CHART,
    silent_chart.CHART,
    bmi_38_age_78.CHART,
    anthem_candidate.CHART,
    spine_clinic.CHART,
    mri_report.CHART,
    referral_packet.CHART,
)
