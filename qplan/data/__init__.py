"""The constants of the world, as YAML: each figure with its source, date and status (see docs/data.md)."""
