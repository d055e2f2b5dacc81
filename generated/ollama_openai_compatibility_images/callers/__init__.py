# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Who may call a server: what its document asks of callers, checked before anything else of a request."""
