"""The MCP server of this package."""
