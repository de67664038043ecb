-- The policy of bulk.policy.md as a careful person writes it for the made-up export, and for no
-- other: it trusts the shapes of the files, takes one version of each resource, and keeps no address.

CREATE TEMP TABLE patient AS
SELECT 'Patient/' || id AS patient, birthDate AS born FROM {Patient};

CREATE TEMP TABLE condition AS
SELECT subject.reference AS patient, code.coding[1].code AS code,
  recordedDate AS recorded, onsetDateTime AS onset
FROM {Condition}
WHERE code.coding[1].code IN ('278860009', 'M54.5', 'M54.50', 'M54.51', 'M54.59', '279039007')
  AND clinicalStatus.coding[1].code IN ('active', 'recurrence', 'relapse')
  AND verificationStatus.coding[1].code = 'confirmed';

CREATE TEMP TABLE observation AS
SELECT subject.reference AS patient, code.coding[1].code AS code, left(effectiveDateTime, 10) AS day,
  valueQuantity.value * if(valueQuantity.code = 'mm', 0.1, 1) AS number,
  valueBoolean AS flag, valueCodeableConcept.coding[1].code AS word
FROM {Observation}
WHERE status IN ('final', 'amended', 'corrected') AND code.coding[1].code IN (
    '97909-6', 'oswestry-index', '38214-3', 'pain-vas', '39156-5', 'physical-therapy-response',
    'prone-instability-test', 'spine-surgery-indicated', 'neurological-deficit', 'pregnant',
    'chronic-low-back-pain')
  AND left(effectiveDateTime, 10) <= '2026-10-05';

CREATE TEMP TABLE medication AS
SELECT subject.reference AS patient,
  list_filter({classes}, lambda each: starts_with(medicationCodeableConcept.coding[1].code, each))[1]
    AS class
FROM {MedicationRequest}
WHERE status IN ('active', 'completed', 'stopped') AND intent = 'order'
  AND left(authoredOn, 10) <= '2026-10-05';

CREATE TEMP TABLE result AS
WITH observed AS (
  SELECT patient,
    arg_max(number, day) FILTER (code IN ('97909-6', 'oswestry-index') AND day >= '2026-07-05') AS odi,
    arg_max(number, day) FILTER (code IN ('38214-3', 'pain-vas') AND day >= '2026-07-05') AS vas,
    arg_max(number, day) FILTER (code = '39156-5' AND day >= '2025-10-05') AS bmi,
    arg_max(word, day) FILTER (code = 'physical-therapy-response') AS therapy,
    arg_max(word, day) FILTER (code = 'prone-instability-test') AS prone,
    arg_max(flag, day) FILTER (code = 'spine-surgery-indicated') AS surgery,
    arg_max(flag, day) FILTER (code = 'neurological-deficit') AS deficit,
    arg_max(flag, day) FILTER (code = 'pregnant' AND day >= '2026-07-05') AS pregnant,
    bool_or(flag) FILTER (code = 'chronic-low-back-pain') AS chronic
  FROM observation GROUP BY patient
), known AS (
  SELECT patient, bool_or(code = '278860009') AS chronic,
    min(coalesce(onset, recorded)) AS since
  FROM condition GROUP BY patient
), tried AS (SELECT patient, count(DISTINCT class) AS classes FROM medication GROUP BY patient)
SELECT patient,
  date_sub('year', born::DATE, DATE '2026-10-05') BETWEEN 22 AND 75 AS A,
  nullif(coalesce(known.chronic, false) OR coalesce(observed.chronic, false), false) AS B,
  odi BETWEEN 21 AND 60 AS C, vas >= 6 AS D, bmi < 35 AS E, nullif(classes, 0) >= 2 AS F,
  therapy = 'inadequate' AS G, prone = 'positive' AS H,
  NOT surgery AS I, NOT deficit AS J, NOT pregnant AS K,
  CASE WHEN left(since, 10) < left('2026-07-07', length(left(since, 10))) THEN true
       WHEN left(since, 10) > left('2026-07-07', length(left(since, 10))) THEN false END AS L,
  A AND B AND C AND D AND E AND F AND G AND H AND I AND J AND K AND L AS met
FROM patient LEFT JOIN observed USING (patient) LEFT JOIN known USING (patient)
  LEFT JOIN tried USING (patient);
