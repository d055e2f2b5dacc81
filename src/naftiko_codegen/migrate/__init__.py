"""A capability in one version of the language → the same capability in another one."""
