"""A durable cascade of five hops: ours, and three ways to build the same thing from other parts."""
