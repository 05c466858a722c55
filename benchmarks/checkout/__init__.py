"""What holding a seat costs when a crowd wants one."""
