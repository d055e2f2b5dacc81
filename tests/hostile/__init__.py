"""Documents that try to break the compiler, and the box in which it meets them."""
