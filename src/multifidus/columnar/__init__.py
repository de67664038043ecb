"""Policies and facts as columns: the same answers for a table of cases, in an engine for tables."""
