"""One frame to thousands of sockets on one web process."""
