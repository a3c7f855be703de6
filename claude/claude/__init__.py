"""What is bought from Anthropic's Messages API: one answer a call, read strictly, with its cost."""
