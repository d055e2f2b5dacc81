"""The soak: very many requests of a generated REST and MCP server whose upstream misbehaves; each answer is checked."""
