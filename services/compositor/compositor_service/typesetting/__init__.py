"""Japanese text: where lines may break, how long they are, how they are drawn. Knows nothing of the picture."""
