"""What reading home costs, by how many one follows and how many follow those."""
