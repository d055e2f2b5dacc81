"""Names in views → the things they name."""
