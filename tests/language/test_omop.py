"""
A table mapping: what is read of it, and what is told of a wrong one.

The messages stand in tests/golden/errors/omop.txt; MULTIFIDUS_UPDATE_GOLDEN=1 writes them anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import multifidus
from multifidus.core.resource import CODE_FIELDS
from multifidus.errors import DictionaryError
from multifidus.language.dictionary import read_dictionary
from multifidus.language.omop import read_mapping

FOLDER = Path(multifidus.__file__).parent / "policies" / "dictionaries"
DICTIONARY = read_dictionary(FOLDER / "low-back-pain.yaml")
SHIPPED = FOLDER / "omop" / "low-back-pain.yaml"
GOLDEN = Path(__file__).parents[1] / "golden" / "errors" / "omop.txt"

EMPTY = "version: 1\nmodel: OMOP\nsystems: [a]\ntables: []\n"
WRONG = """\
version: 0.1.0
systems: {}
patients: no such field
answers:
  SNOMED: yes
  LOINC LA33-6: perhaps
tables:
  Person:
    resource: Patient
    id: person_id
    person: person_id
    born: [year_of_birth]
  note_nlp:
    resource: Encounter
    id: note_nlp_id
    person: personId
    days:
      start: nlp_date
    ends:
      abatementDateTime: [a, b, c]
  procedure_occurrence:
    resource: Procedure
    id: procedure_occurrence_id
    person: person_id
    codes: [procedure_concept_id]
    classes: [modifier_concept_id]
    words:
      status: completed
    passed:
      procedure_type_concept_id: []
    value:
      number: quantity
      units: [unit_concept_id]
    unsaid: nothing
notes:
  table: note
  id: note_id
"""


def test_the_shipped_mapping_reads_the_tables_of_the_model() -> None:
    mapping = read_mapping(SHIPPED, dictionary=DICTIONARY)

    assert [each.table for each in mapping.tables] == [
        "person",
        "condition_occurrence",
        "procedure_occurrence",
        "drug_exposure",
        "measurement",
        "observation",
    ]
    assert mapping.notes is not None
    assert mapping.notes.text == "note_text"
    assert all(each.because for each in mapping.tables if each.words)
    assert all(each.unsaid for each in mapping.tables)
    kinds = {each.resource for each in mapping.tables}
    assert kinds - {"Patient"} <= {*DICTIONARY.counts, *CODE_FIELDS}


def test_every_system_of_the_dictionarys_codes_is_named_or_has_no_vocabulary() -> None:
    """The codes of devices are FDA's, which the model's vocabularies do not have."""
    mapping = read_mapping(SHIPPED, dictionary=DICTIONARY)
    asked = {code.system for each in DICTIONARY.value_sets.values() for code in each.codes}

    left = asked - {*mapping.systems.values()}

    assert "https://multifidus.org/fhir/sid/fda-product-code" in left
    assert not {each for each in left if each.startswith("http://hl7.org/fhir/sid/icd")}


def test_its_digest_moves_with_what_is_read(tmp_path: Path) -> None:
    first = read_mapping(SHIPPED, dictionary=DICTIONARY)
    text = SHIPPED.read_text(encoding="utf-8")
    other = tmp_path / SHIPPED.name
    other.write_text(text.replace("[preliminary, ", "["), encoding="utf-8")

    assert read_mapping(other, dictionary=DICTIONARY).digest != first.digest


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    """Of a mapping with many faults, and of one that says next to nothing."""
    path = tmp_path / "wrong.yaml"
    told = []
    for words in (WRONG, EMPTY):
        path.write_text(words, encoding="utf-8")
        with pytest.raises(DictionaryError) as raised:
            read_mapping(path, dictionary=DICTIONARY)
        told.append(f"{raised.value}\n")

    text = "\n".join(told)
    if os.environ.get("MULTIFIDUS_UPDATE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")
        pytest.skip("the messages were written anew")
    assert text == GOLDEN.read_text(encoding="utf-8")
