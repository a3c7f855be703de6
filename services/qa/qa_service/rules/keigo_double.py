"""二重敬語: one honorific of one kind on top of another."""

import re
from collections.abc import Iterator, Sequence

from qa_service.rules.acts import act_ending_at
from qa_service.rules.claims import claims
from qa_service.rules.reading import Field, Reading, Token
from qa_service.rules.rule import Hit, Rule

_RESPECTFUL = {
    "仰る": "おっしゃる",
    "召し上がる": "召し上がる",
    "いらっしゃる": "いらっしゃる",
    "為さる": "なさる",
    "下さる": "くださる",
}
_NOT_ACTS = frozenset({"年寄り", "金持ち", "知り合い", "隣", "友達", "祝い"})
_TAIL = r"(?:て(?:いただ|頂)[きくけいこ]?(?:ます|ました|ましょう|たい|ております)?)?"
_HUMBLE = [
    re.compile(rf"[おご御]?(?:拝[見聴読借受察命]|頂戴)(?:いた)?させ{_TAIL}"),
    re.compile(rf"[お御]?(?:伺わ|うかがわ|承ら|参ら|まいら|いただか|頂か)せ{_TAIL}"),
    re.compile(rf"[お御]?(?:伺い|うかがい|承り|申し上げ)させ{_TAIL}"),
    re.compile(r"[ご御]拝[見聴読借受察](?:し(?!て(?:くだ|下))|いたし|致し)(?:ます|ました)?"),
    re.compile(r"[お御]承り(?:し|いたし|致し)(?:ます|ました)?"),
]


def _check(reading: Reading) -> Iterator[Hit]:
    for field in reading.spoken:
        yield from _respectful(field)
    for claim in claims(reading, _HUMBLE):
        yield Hit(
            claim.field.name,
            claim.quote,
            f"「{claim.quote}」は、謙譲語に謙譲の言い回しをもう一つ重ねた二重敬語です。",
            "「拝見します」「伺います」「頂戴します」のように、謙譲語を一つにしてください。",
        )


def _respectful(field: Field) -> Iterator[Hit]:
    tokens = field.tokens
    for at, token in enumerate(tokens):
        if token.conjugation != "助動詞-レル" or token.lemma != "れる":
            continue
        began = _start(tokens, at)
        if began is not None:
            quote = field.text[tokens[began].start : _end(tokens, at)]
            yield Hit(field.name, quote, _why(quote), _instead(tokens, began, at))


def _start(tokens: Sequence[Token], at: int) -> int | None:
    """The first word of the double honorific that ends in れる at `at`."""
    if at > 0 and tokens[at - 1].norm in _RESPECTFUL and tokens[at - 1].form.startswith("未然形"):
        return at - 1
    if at < 3 or tokens[at - 1].surface != "なら" or tokens[at - 2].surface != "に":
        return None
    act = act_ending_at(tokens, at - 3)
    return act.start if act and act.bare not in _NOT_ACTS else None


def _end(tokens: Sequence[Token], at: int) -> int:
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    return following.end if following and following.surface in {"た", "て", "まし", "ます"} else tokens[at].end


def _why(quote: str) -> str:
    return f"「{quote}」は、尊敬語に尊敬の「れる」を重ねた二重敬語です。"


def _instead(tokens: Sequence[Token], began: int, at: int) -> str:
    if tokens[began].norm in _RESPECTFUL and began == at - 1:
        return f"「れる・られる」を外し、「{_RESPECTFUL[tokens[began].norm]}」の形にしてください。"
    stem = "".join(token.surface for token in tokens[began : at - 1])
    return f"「{stem}なる」の形（「{stem}なった」「{stem}なります」など）にしてください。"


RULE = Rule(
    id="keigo.double",
    section="keigo",
    severity="warning",
    title="二重敬語",
    rationale="同じ種類の敬語を一つの語に重ねると過剰になり、誤りと受け取られます。定着した言い方は除きます。",
    source="文化審議会答申「敬語の指針」2007-02-02 第2章（二重敬語とその適否）",
    passes=(
        "温かいうちにお召し上がりになるのがおすすめです。",
        "ご自宅までお伺いします。",
        "ご返信をいただければ幸いです。",
    ),
    fails=(
        "お客様がおっしゃられるとおりです。",
        "カタログをご覧になられましたか。",
        "お手紙を拝見させていただきました。",
    ),
    check_words=_check,
)
