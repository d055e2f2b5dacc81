"""The REST server of this package."""
