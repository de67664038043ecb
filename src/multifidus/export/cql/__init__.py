"""A policy as a CQL library; `cql` writes it, and engines of others run it."""

from multifidus.export.cql.library import ANSWER, FHIR_VERSION, SERVICE_DATE, cql, library_name

__all__ = ["ANSWER", "FHIR_VERSION", "SERVICE_DATE", "cql", "library_name"]
