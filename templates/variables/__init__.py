"""Variables that the document reads from files."""
