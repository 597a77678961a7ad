"""What people see of themselves: professionals, and leaders, who also see the leadership around them."""
