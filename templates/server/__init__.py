"""What the REST and the MCP server share: settings, guards, limits and running."""
