# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""What client, REST and MCP share: requests, credentials, errors, transports."""
