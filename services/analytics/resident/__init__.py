"""What analytics keeps of each tenant to answer with, and how a request is answered of it."""
