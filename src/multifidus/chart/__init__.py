"""A patient's record to a case: `fhir` reads resources, `derive` asks the dictionary of them."""
