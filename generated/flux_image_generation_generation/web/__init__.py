# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""An HTTP server of this package: requests, routes, guards; what is served stands in other folders."""
