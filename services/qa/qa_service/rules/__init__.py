"""The rules that need no model: what each one objects to, why, and the engine that runs them all."""
