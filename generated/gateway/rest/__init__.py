# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""The REST server of this package."""
