"""Deriving an image prompt from a brief and a brand. Pure: the same facts give the same words."""

from contracts.values import BrandProfile, Brief
from image_service.colour_names import colour_name

# Recorded with every derived prompt: raise it when any wording here changes.
PROMPT_TEMPLATE = "image-prompt/2"
MAX_LENGTH = 1000
SCENES: tuple[str, ...] = (
    "A hero still life: the product alone on a clean surface, soft window light from one side",
    "A candid lifestyle moment: hands using the product in an everyday setting, shallow depth of field",
    "A top-down arrangement: the product among the materials it is made of, orderly and generous with space",
    "A wide establishing view of the place where the product belongs, the product small but unmistakable",
    "A macro close-up of the product's texture and finish, crisp detail melting into a soft background",
    "A bold graphic composition: the product before large simple shapes and long shadows",
    "An outdoor scene in low golden light, the product in the foreground, air and distance behind it",
    "A quiet minimal composition: the product low in the frame under a broad expanse of plain backdrop",
)
PURPOSES = {
    "awareness": "striking at first glance",
    "consideration": "showing clearly what makes it good",
    "conversion": "inviting, the product large and desirable",
    "retention": "warm and familiar, for people who know it already",
}
CLOSING = (
    "Keep one third of the frame calm and uncluttered for a headline to be added later. "
    "Professional advertising photograph, natural light and materials. "
    "No text in the picture, no lettering, no logos, no watermark."
)


def derive_prompt(brief: Brief, brand: BrandProfile, ordinal: int) -> str:
    """The prompt for a campaign's n-th base image, at most 1000 characters. Ordinals 1–8 differ in scene.

    Raises ValueError for an ordinal outside 1–8.
    """
    if not 1 <= ordinal <= len(SCENES):
        raise ValueError(f"An image's ordinal is 1 to {len(SCENES)}, not {ordinal}.")
    product = _inside_brackets(brief.product)
    sentences = [
        f"{SCENES[ordinal - 1]}: advertising image for 「{product}」 by {_clipped(brand.name, 40)}",
        f"{PURPOSES[brief.objective].capitalize()}; it speaks to {_clipped(brief.target_audience, 80)}",
        _listed("Mood", (*brief.mood_tags, *brand.tone_tags), 110),
        _listed("Direction", (brief.creative_direction,), 170),
        f"Colours: {colour_name(brand.colours.primary)} leading, {colour_name(brand.colours.accent)} as the accent",
    ]
    return ". ".join([sentence for sentence in sentences if sentence]) + ". " + CLOSING


def _inside_brackets(product: str) -> str:
    """Brackets within 「」 are written 『』."""
    return _clipped(product, 80).replace("「", "『").replace("」", "』")


def _listed(label: str, words: tuple[str, ...], limit: int) -> str:
    unique = list(dict.fromkeys(word.strip() for word in words if word.strip()))
    return f"{label}: {_clipped(', '.join(unique), limit)}" if unique else ""


def _clipped(text: str, limit: int) -> str:
    """On one line, without a closing stop, and cut at a comma or space where the limit falls inside the text."""
    line = " ".join(text.split()).rstrip("。.")
    if len(line) <= limit:
        return line
    kept = line[:limit]
    cut = max(kept.rfind(mark) for mark in ("、", "。", ",", " "))
    return kept[:cut] if cut > limit // 2 else kept
