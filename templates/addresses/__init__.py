"""Where an API may be called: its servers, and their variables."""
