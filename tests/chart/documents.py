"""Building blocks of made-up C-CDA documents; nobody in them exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.chart.ccda.read import CcdaReading, read_ccda

if TYPE_CHECKING:
    from multifidus.chart.fhir import Resource

NAME = "made-up.xml"
SNOMED, LOINC, CPT = "6.96", "6.1", "6.12"
TEMPLATE = "2.16.840.1.113883.10.20.22"
MARKER = "Ignotus"
"""The patient's name, which no message may hold."""

PATIENT = (
    f'<recordTarget><patientRole><id root="2.999" extension="{MARKER}-1"/><patient>'
    f"<name><given>{MARKER}</given></name>"
    '<administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/>'
    '<birthTime value="19740301"/></patient></patientRole></recordTarget>'
)
HEAD = (
    '<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:sdtc="urn:hl7-org:sdtc"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<title>A made-up summary</title>"
    '<effectiveTime value="20260901101500-0500"/>'
)


def document(*sections: str, patient: str = PATIENT) -> bytes:
    """Build a document with a structured body."""
    body = "".join(f"<component>{each}</component>" for each in sections)
    body = f"<component><structuredBody>{body}</structuredBody></component>"
    return f"{HEAD}{patient}{body}</ClinicalDocument>".encode()


def unstructured(text: str) -> bytes:
    """Build a document whose body is no XML."""
    body = f"<component><nonXMLBody>{text}</nonXMLBody></component>"
    return f"{HEAD}{PATIENT}{body}</ClinicalDocument>".encode()


def section(code: str, *entries: str, title: str = "Title", text: str = "", more: str = "") -> str:
    """Build a section by its LOINC code."""
    coded = f'<code code="{code}" codeSystem="2.16.840.1.113883.6.1"/>' if code else ""
    inner = "".join(f"<entry>{each}</entry>" for each in entries)
    return f"<section>{more}{coded}<title>{title}</title><text>{text}</text>{inner}</section>"


def cd(name: str, code: str, system: str, inner: str = "", kind: str = "") -> str:
    """Build a CD; its system is a URI, or a number below HL7's; `kind` names its type."""
    typed = f' xsi:type="{kind}"' if kind else ""
    full = system if "://" in system else f"2.16.840.1.113883.{system}"
    return f'<{name}{typed} code="{code}" codeSystem="{full}">{inner}</{name}>'


def template(*ends: str) -> str:
    """Name templates."""
    return "".join(f'<templateId root="{TEMPLATE}.{each}"/>' for each in ends)


def link(inner: str, type_code: str = "SUBJ") -> str:
    """Build an entryRelationship."""
    return f'<entryRelationship typeCode="{type_code}">{inner}</entryRelationship>'


def low_high(low: str = "", high: str = "") -> str:
    """Build a time from a day to a day."""
    ends = (("low", low), ("high", high))
    inner = "".join(
        f'<{name} nullFlavor="{day}"/>' if day.isalpha() else f'<{name} value="{day}"/>'
        for name, day in ends
        if day
    )
    return f"<effectiveTime>{inner}</effectiveTime>"


def problem(
    *,
    value: str = "",
    time: str = "",
    inner: str = "",
    status: str = "completed",
    attributes: str = "",
) -> str:
    """Build a problem observation; it says low back pain unless told otherwise."""
    value = value or cd("value", "279039007", SNOMED, kind="CD")
    return (
        f'<observation classCode="OBS" moodCode="EVN"{attributes}>{template("4.4")}'
        f'{cd("code", "55607006", SNOMED)}<statusCode code="{status}"/>'
        f"{time or low_high('20200110')}{value}{inner}</observation>"
    )


def concern(*problems: str, status: str = "active", low: str = "20200201") -> str:
    """Build a concern that holds problems."""
    inner = "".join(link(each) for each in problems)
    return (
        f'<act classCode="ACT" moodCode="EVN">{template("4.3")}{cd("code", "CONC", "5.6")}'
        f'<statusCode code="{status}"/>{low_high(low)}{inner}</act>'
    )


def status_of_problem(code: str, display: str = "") -> str:
    """Build the observation that says whether a problem is active."""
    value = f'<value xsi:type="CD" code="{code}" codeSystem="2.16.840.1.113883.6.96"/>'
    if display:
        value = f'<value xsi:type="CD" nullFlavor="OTH" displayName="{display}"/>'
    inner = f'{cd("code", "33999-4", LOINC)}<statusCode code="completed"/>{value}'
    return link(f'<observation classCode="OBS" moodCode="EVN">{inner}</observation>', "REFR")


def result(  # noqa: PLR0913  what a result may have
    value: str,
    *,
    code: str = "97909-6",
    system: str = LOINC,
    status: str = "completed",
    time: str = '<effectiveTime value="20260801"/>',
    inner: str = "",
) -> str:
    """Build a result observation."""
    coded = f'<statusCode code="{status}"/>' if status else ""
    return (
        f'<observation classCode="OBS" moodCode="EVN">{template("4.2")}{cd("code", code, system)}'
        f"{coded}{time}{value}{inner}</observation>"
    )


def done(kind: str, inner: str, *, mood: str = "EVN", attributes: str = "") -> str:
    """Build a clinical statement."""
    return f'<{kind} moodCode="{mood}"{attributes}>{inner}</{kind}>'


def procedure(code: str, *, mood: str = "EVN", status: str = "completed", more: str = "") -> str:
    """Build a procedure."""
    coded = f'<statusCode code="{status}"/>' if status else ""
    time = '<effectiveTime value="20260301"/>'
    return done("procedure", f"{cd('code', code, CPT)}{coded}{time}{more}", mood=mood)


def medicine(
    inner: str = '<statusCode code="active"/>', *, mood: str = "EVN", code: str = "", more: str = ""
) -> str:
    """Build a substanceAdministration."""
    code = code or cd("code", "197380", "6.88")
    material = f"<manufacturedMaterial>{code}</manufacturedMaterial>"
    product = f"<manufacturedProduct>{material}</manufacturedProduct>"
    return done(
        "substanceAdministration", f"{inner}<consumable>{product}</consumable>{more}", mood=mood
    )


def read(*sections: str) -> CcdaReading:
    """Read a document of some sections."""
    return read_ccda(document(*sections), NAME)


def resources(*sections: str) -> list[Resource]:
    """Read a document, and give what its entries say, without the patient and the subjects."""
    return [
        {key: each for key, each in entry.resource.items() if key not in {"subject", "beneficiary"}}
        for entry in read(*sections).entries[1:]
    ]


def only(*sections: str) -> Resource:
    """Read a document, and give what its one entry says."""
    (resource,) = resources(*sections)
    return resource


def codes(concept: Resource) -> list[tuple[str, str]]:
    """Give the systems and codes of a concept."""
    return [(each.get("system", ""), each["code"]) for each in concept.get("coding", [])]
