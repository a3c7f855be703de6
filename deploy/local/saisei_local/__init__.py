"""The saisei command: embedded set-up, supervisor, demo."""
