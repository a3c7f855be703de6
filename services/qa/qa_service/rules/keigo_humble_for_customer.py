"""謙譲語 where the customer acts: it lowers the one who should be honoured."""

import re
from collections.abc import Iterator, Sequence

from qa_service.rules.acts import act_ending_at
from qa_service.rules.claims import claims
from qa_service.rules.reading import Field, Reading, Token
from qa_service.rules.rule import Hit, Rule

# 美化語: the お only makes the noun polite, so お手入れする says nothing humble.
_POLITE_NOUNS = frozenset(
    {"手入れ", "買い物", "祝い", "祈り", "片付け", "片づけ", "支度", "昼寝", "使い", "馳走", "飯", "願い", "しゃれ"}
)
# What the house does for its customers, so that ご案内できます is right.
_OURS = re.compile(
    r"案内|提案|用意|紹介|提供|説明|連絡|対応|融資|返金|返信|回答|送付|郵送|配達|納品|発送|準備|手配"
    r"|報告|協力|支援|優待|招待|返答|推薦|訪問|同行|査定|算出|助言|通知|送迎|奉仕|開示|回収|指導|届け"
    r"|渡し|送り|伝え|見せ|作り|直し|預かり|引き受け|約束|貸し|出し|答え|応え|手伝い|知らせ|包み|付け"
    r"|取り寄せ|取り置き|取り扱い|詰め|値引き|引き取り|迎え|運び|仕立て|入れ|調べ|話し|世話|持ち|会い"
    r"|目通し|力添え|役立て"
)
# What to ask a customer with, and what to say of one.
_HONOURED = {
    "拝見": ("「ご覧ください」", "「ご覧になる」「ご覧いただける」"),
    "拝読": ("「お読みください」", "「お読みになる」「お読みいただける」"),
    "拝聴": ("「お聞きください」", "「お聞きになる」「お聞きいただける」"),
    "拝受": ("「お受け取りください」", "「お受け取りになる」"),
    "拝借": ("「お借りください」「お使いください」", "「お借りになる」「お使いになる」"),
    "伺": ("「お尋ねください」「お越しください」", "「お尋ねになる」「お越しになる」"),
    "うかが": ("「お尋ねください」「お越しください」", "「お尋ねになる」「お越しになる」"),
    "申": ("「お申し付けください」「おっしゃってください」", "「おっしゃる」"),
    "参": ("「お越しください」", "「いらっしゃる」「お越しになる」"),
    "まい": ("「お越しください」", "「いらっしゃる」「お越しになる」"),
    "承": ("「お聞きください」「お受けください」", "「お聞きになる」「お受けになる」"),
    "致": ("「なさってください」", "「なさる」"),
    "いただ": ("「お召し上がりください」「お受け取りください」", "「召し上がる」「お受け取りになる」"),
    "頂": ("「お召し上がりください」「お受け取りください」", "「召し上がる」「お受け取りになる」"),
}
_ASKED = re.compile(r"ください|下さい")
_PATTERNS = [
    re.compile(r"(?:いただい|頂い|頂戴し)て(?:ください|下さい)"),
    re.compile(
        r"[ご御]?拝[見読聴借受](?:ください|下さい|(?:し|いたし)て(?:ください|下さい|いただけ|頂け|みて)"
        r"|(?:いただ|頂)け(?:ます|る)|でき(?:ます|る)(?!こと|の[をはが]|日|とき|時|機会|よう|喜び)|され"
        r"|なさ)"
    ),
    re.compile(r"(?:伺っ|うかがっ|参っ|承っ|申し|申し上げ|拝借し)て(?:ください|下さい)"),
    re.compile(r"(?:[おご御][^\s、。をにがはのも]{1,5})?(?:いただか|頂か)れ(?:る|た|て|ます|ました)"),
    re.compile(r"(?:申さ|参ら|まいら|致さ)れ(?:る|た|て|ます|ました)"),
    re.compile(r"[お御](?:伺い|うかがい)(?:ください|下さい)"),
    # Only nouns between the two: in お客様が撮った写真を拝見しました it is the house that looks.
    re.compile(
        r"(?:お客|皆|みな|会員|読者|お子|親御)(?:の皆)?(?:様|さま|さん)(?:方|がた)?が(?:[一-龠ァ-ヶー]{1,8}[をでに])?"
        r"(?:拝[見読聴借受]|お目にかか)(?:し(?:た|て|ます)|する|され|でき)"
    ),
]


def _check(reading: Reading) -> Iterator[Hit]:
    for field in reading.spoken:
        yield from _requests(field)
    for claim in claims(reading, _PATTERNS):
        yield _hit(claim.field, claim.quote)


def _requests(field: Field) -> Iterator[Hit]:
    """お〜してください, お〜していただく and お〜できます."""
    tokens = field.tokens
    for at in range(1, len(tokens)):
        last = _asks(tokens, at)
        if last is not None:
            yield _hit(field, field.text[tokens[_start(tokens, at)].start : tokens[last].end])


def _asks(tokens: Sequence[Token], at: int) -> int | None:
    """The last word of a request or ability that starts at `at`, after a customer's act."""
    act = act_ending_at(tokens, at - 1)
    if act is None or act.bare in _POLITE_NOUNS:
        return None
    if tokens[at].lemma in {"できる", "出来る"}:
        ours = _OURS.fullmatch(act.bare)
        return None if ours else at + (at + 1 < len(tokens) and tokens[at + 1].conjugation == "助動詞-マス")
    does = [token.surface for token in tokens[at : at + 2]] == ["し", "て"]
    asks = does and at + 2 < len(tokens) and tokens[at + 2].norm in {"下さる", "頂く"}
    return at + 2 if asks and (act.prefix == "お" or "サ変" in tokens[at - 1].third) else None


def _start(tokens: Sequence[Token], at: int) -> int:
    act = act_ending_at(tokens, at - 1)
    return act.start if act else at


def _hit(field: Field, quote: str) -> Hit:
    return Hit(
        field.name,
        quote,
        f"「{quote}」は、自分側の行為をへりくだって言う謙譲語の形です。お客様の行為に使うと失礼にあたります。",
        _instead(quote),
    )


def _instead(quote: str) -> str:
    if made := re.match(r"([おご御].+?)して(ください|下さい|いただ|頂|くださ)|([おご御].+?)(?:でき|出来)", quote):
        right = f"{made[1]}ください" if made[2] in {"ください", "下さい"} else f"{made[1] or made[3]}いただけます"
        return f"「{right}」のように、「して」「できる」を使わない形にしてください。"
    if made := re.match(r"([おご御].+?)(?:いただか|頂か)れ", quote):
        return f"「{made[1]}くださる」「{made[1]}いただく」のように、「れる」を外した形にしてください。"
    for humble, honoured in _HONOURED.items():
        if humble in quote:
            return f"{honoured[not _ASKED.search(quote)]}などの尊敬語にしてください。"
    return "「お〜になる」「お〜ください」などの尊敬語にしてください。"


RULE = Rule(
    id="keigo.humble_for_customer",
    section="keigo",
    severity="warning",
    title="お客様の行為への謙譲語",
    rationale=(
        "「お（ご）〜する・できる」「いただく」「拝見する」は自分側の行為に使う語で、"
        "お客様の行為に使うと失礼になります。"
    ),
    source="文化審議会答申「敬語の指針」2007-02-02 第2章・第3章（謙譲語Iの形と「御乗車できません」など）",
    passes=(
        "お気軽にご利用いただけます。",
        "届いたら、柔らかい布でお手入れしてください。",
        "三日でお届けできます。",
    ),
    fails=(
        "温かいうちにいただいてください。",
        "会場で現物を拝見してください。",
        "店頭でお試ししてください。",
        "どなたでもご利用できます。",
    ),
    check_words=_check,
)
