"""Who may call what, where the servers behind one address ask different things of their callers."""
