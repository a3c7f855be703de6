"""The one HTTP gateway: commands in, read model and event stream out."""
