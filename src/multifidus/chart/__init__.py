"""A patient's record to a case: `fhir` reads, `gather` asks the dictionary, `derive` settles."""
