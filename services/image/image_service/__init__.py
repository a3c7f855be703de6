"""Base images and their versions, generated on Replicate or by its offline twin."""
