"""The authors of the made-up charts: `python -m authoring` writes `src/multifidus/examples`."""
