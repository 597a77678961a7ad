"""How statements about a service or a function, rated by professionals, change between two waves."""
