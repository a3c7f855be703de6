"""Pictures: safe decoding, crop geometry, contrast, composites and platform images."""
