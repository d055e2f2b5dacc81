"""What an MCP server offers besides tools: resources to read and prompts to fill in."""
