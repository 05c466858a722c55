"""How well, how soon and at what cost the engine that comes along understands."""
