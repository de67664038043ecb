"""A made-up C-CDA document of some size, and what reading it costs against parsing its bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree  # type: ignore[import-untyped]

from multifidus.chart.ccda.read import read_ccda

if TYPE_CHECKING:
    from collections.abc import Callable

KILOBYTES = 300
MOST_TIMES = 5

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <templateId root="2.16.840.1.113883.10.20.22.1.2" extension="2015-08-01"/>
  <code code="34133-9" codeSystem="2.16.840.1.113883.6.1" displayName="Summary of episode note"/>
  <title>A made-up summary</title>
  <effectiveTime value="20260901101500-0500"/>
  <recordTarget><patientRole><id root="2.999.1" extension="made-up"/>
    <patient><name><given>Nobody</given><family>Atall</family></name>
      <administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/>
      <birthTime value="19740301"/></patient></patientRole></recordTarget>
  <component><structuredBody>"""
_TAIL = "</structuredBody></component></ClinicalDocument>"
_AUTHOR = """<author><templateId root="2.16.840.1.113883.10.20.22.4.119"/>
          <time value="202609010900-0500"/><assignedAuthor>
            <id root="2.16.840.1.113883.4.6" extension="0000000000"/>
            <code code="207QA0505X" codeSystem="2.16.840.1.113883.6.101"/>
          </assignedAuthor></author>"""

_PROBLEM = """
    <entry typeCode="DRIV"><act classCode="ACT" moodCode="EVN">
      <templateId root="2.16.840.1.113883.10.20.22.4.3" extension="2015-08-01"/>
      <id root="2.999.2" extension="concern-{n}"/>
      <code code="CONC" codeSystem="2.16.840.1.113883.5.6"/>
      <statusCode code="active"/><effectiveTime><low value="20200110"/></effectiveTime>{author}
      <entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN">
        <templateId root="2.16.840.1.113883.10.20.22.4.4" extension="2015-08-01"/>
        <id root="2.999.2" extension="problem-{n}"/>
        <code code="55607006" codeSystem="2.16.840.1.113883.6.96" displayName="Problem"/>
        <text><reference value="#problem-{n}"/></text>
        <statusCode code="completed"/><effectiveTime><low value="20200110"/></effectiveTime>
        <value xsi:type="CD" code="38341003" codeSystem="2.16.840.1.113883.6.96"
          displayName="Hypertension"><originalText><reference value="#problem-{n}"/></originalText>
          <translation code="I10" codeSystem="2.16.840.1.113883.6.90"/></value>{author}
      </observation></entryRelationship></act></entry>"""
_MEDICATION = """
    <entry typeCode="DRIV"><substanceAdministration classCode="SBADM" moodCode="EVN">
      <templateId root="2.16.840.1.113883.10.20.22.4.16" extension="2014-06-09"/>
      <id root="2.999.3" extension="medication-{n}"/>
      <text><reference value="#medication-{n}"/></text><statusCode code="active"/>
      <effectiveTime xsi:type="IVL_TS"><low value="20250301"/></effectiveTime>
      <effectiveTime xsi:type="PIVL_TS" operator="A"><period value="12" unit="h"/></effectiveTime>
      <routeCode code="C38288" codeSystem="2.16.840.1.113883.3.26.1.1" displayName="Oral"/>
      <doseQuantity value="1"/>
      <consumable><manufacturedProduct classCode="MANU">
        <templateId root="2.16.840.1.113883.10.20.22.4.23" extension="2014-06-09"/>
        <manufacturedMaterial><code code="197380" codeSystem="2.16.840.1.113883.6.88"
          displayName="Atenolol 25 MG Oral Tablet"/></manufacturedMaterial>
      </manufacturedProduct></consumable>{author}</substanceAdministration></entry>"""
_RESULT = """
    <entry typeCode="DRIV"><organizer classCode="BATTERY" moodCode="EVN">
      <templateId root="2.16.840.1.113883.10.20.22.4.1" extension="2015-08-01"/>
      <id root="2.999.4" extension="battery-{n}"/>
      <code code="57021-8" codeSystem="2.16.840.1.113883.6.1" displayName="CBC panel"/>
      <statusCode code="completed"/><component><observation classCode="OBS" moodCode="EVN">
        <templateId root="2.16.840.1.113883.10.20.22.4.2" extension="2015-08-01"/>
        <id root="2.999.4" extension="result-{n}"/>
        <code code="718-7" codeSystem="2.16.840.1.113883.6.1" displayName="Hemoglobin"/>
        <text><reference value="#result-{n}"/></text><statusCode code="completed"/>
        <effectiveTime value="202608151000-0500"/><value xsi:type="PQ" value="13.2" unit="g/dL"/>
        <interpretationCode code="N" codeSystem="2.16.840.1.113883.5.83"/>{author}
        <referenceRange><observationRange><text>12.0 to 15.5 g/dL</text>
          <value xsi:type="IVL_PQ"><low value="12.0" unit="g/dL"/><high value="15.5" unit="g/dL"/>
          </value></observationRange></referenceRange>
      </observation></component></organizer></entry>"""
_NOTE = (
    "Low back pain for six years, worse with sitting and on rising from a chair. Physical therapy"
    " for twelve weeks and two kinds of medication brought little relief. No pain below the knee."
)
_SECTIONS = (
    ("11450-4", "Problems", "problem", _PROBLEM),
    ("10160-0", "Medications", "medication", _MEDICATION),
    ("30954-2", "Results", "result", _RESULT),
)


def document(*, kilobytes: int = KILOBYTES) -> bytes:
    """Make a document of about such a size: problems, medications, results, and notes."""
    one = _body(1)
    per_round = len(_body(2)) - len(one)
    rounds = max(1, (kilobytes * 1024 - len(one)) // per_round + 1)
    return f"{_HEAD}{_body(rounds)}{_TAIL}".encode()


def _body(rounds: int) -> str:
    sections = [_section(*each, rounds) for each in _SECTIONS]
    notes = "".join(f"<paragraph>Visit {n}. {_NOTE}</paragraph>" for n in range(rounds))
    history = '<code code="10164-2" codeSystem="2.16.840.1.113883.6.1"/>'
    title = "<title>History of present illness</title>"
    sections.append(
        f"<component><section>{history}{title}<text>{notes}</text></section></component>"
    )
    return "".join(sections)


def _section(code: str, title: str, name: str, entry: str, rounds: int) -> str:
    rows = "".join(
        f'<tr ID="{name}-{n}"><td>{title} {n}</td><td>as it was written</td><td>2026-08-15</td>'
        "<td>active</td></tr>\n"
        for n in range(rounds)
    )
    entries = "".join(entry.format(n=n, author=_AUTHOR) for n in range(rounds))
    return (
        f'<component><section><code code="{code}" codeSystem="2.16.840.1.113883.6.1"/>'
        f"<title>{title}</title><text><table><thead><tr><th>Name</th><th>Words</th><th>Day</th>"
        f"<th>Status</th></tr></thead>\n<tbody>{rows}</tbody></table></text>{entries}"
        "</section></component>"
    )


def reading(
    median: Callable[[Callable[[], object]], float], milliseconds: Callable[[float], str]
) -> tuple[str, str, str, str]:
    """Measure reading a document against parsing the same bytes; give the row of the table."""
    content = document()
    floor = median(lambda: etree.fromstring(content))
    taken = median(lambda: read_ccda(content, "made-up.xml"))
    return (
        f"read_ccda, a document of {len(content) // 1024} KB",
        milliseconds(taken),
        f"{taken / floor:.1f} x lxml parse ({milliseconds(floor)})",
        f"{MOST_TIMES} x = {milliseconds(MOST_TIMES * floor)}",
    )
