"""How replies that are no JSON are read where something is made of them."""
