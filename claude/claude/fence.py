"""What people typed goes to the model as fenced data, and never as instructions."""

import json

DATA_OPEN, DATA_CLOSE = "<brief_data>", "</brief_data>"


def fenced(material: object) -> str:
    """The material as JSON between the fences. Angle brackets in it are escaped, so nothing can close the fence."""
    text = json.dumps(material, ensure_ascii=False, indent=1)
    text = text.replace("<", "\\u003c").replace(">", "\\u003e")
    return f"{DATA_OPEN}\n{text}\n{DATA_CLOSE}"
