"""An HTTP server of this package: requests, routes, guards; what is served stands in other folders."""
