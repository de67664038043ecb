"""C-CDA documents → the same resources as FHIR gives, and the text of their narratives."""
