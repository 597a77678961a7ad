"""One description of all of Samspil: merged from the services' own, and shown to people."""
