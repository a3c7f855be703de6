"""The scene families, one a module, each with `paint(canvas, scheme) -> (x, y)`: the focal point in 0–1."""
