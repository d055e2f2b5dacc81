"""What client, REST and MCP share: requests, credentials, errors, transports."""
