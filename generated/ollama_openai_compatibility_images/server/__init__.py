# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""What the REST and the MCP server share: settings, guards, limits and running."""
