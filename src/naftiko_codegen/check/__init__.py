"""Documents → findings: what a document says wrongly, or says in its own way."""
