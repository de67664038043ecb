"""A policy as a document for people: one web page that stands alone, or a PDF."""
