"""Who may call a server: what its document asks of callers, checked before anything else of a request."""
