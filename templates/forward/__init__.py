"""Parts of the REST server that are passed on to an upstream as they come."""
