"""What every service needs and no service owns; imports no service."""
