"""A catalogue of skills for agents: what they say of themselves, and their files."""
