"""Reference values for reliability and factors, and what computed them."""
