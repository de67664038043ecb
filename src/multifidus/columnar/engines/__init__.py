"""Who does the work on a population, in which pieces: DuckDB in this process, or Spark's hands."""
