"""謙譲語 where the customer acts: it lowers the one who should be honoured."""

import re
from collections.abc import Iterator, Sequence

from qa_service.rules.claims import claims
from qa_service.rules.reading import Field, Reading, Token
from qa_service.rules.rule import Hit, Rule

# 美化語: the お only makes the noun polite, so お手入れする says nothing humble.
_POLITE_NOUNS = frozenset(
    {"手入れ", "買い物", "祝い", "祈り", "片付け", "片づけ", "支度", "昼寝", "使い", "馳走", "飯", "願い", "しゃれ"}
)
_STEM_ENDS = frozenset("いきぎしじちにひびみりえけげせぜてでねへべめれ")
_CUSTOMERS = (
    r"(?:[ご御](?:利用|乗車|乗船|搭乗|使用|参加|応募|購入|予約|注文|試着|試乗|入場|入館|来場|来店|来館|視聴|鑑賞|登録|返品|入会|加入"
    r"|受講|受診|受験|見学|宿泊|滞在|閲覧|試食|試飲|確認|体験|入居|契約|選択|退会|解約|入浴|入園|飲食|投稿|記入|入力|活用|堪能|観覧|覧)"
    r"|[お御](?:試し|選び|使い|求め|買い求め|楽しみ|召し上がり|受け取り|受取り?|申し込み|申込み?|乗り|乗り換え|持ち帰り|入り|泊まり|過ごし|選択))"
)
_PATTERNS = [
    re.compile(rf"{_CUSTOMERS}(?:でき|出来)(?:ます|る|ません|ない)?"),
    re.compile(r"(?:いただい|頂い|頂戴し)て(?:ください|下さい)"),
    re.compile(
        r"[ご御]?拝[見読聴借](?:ください|下さい|(?:し|いたし)て(?:ください|下さい|いただけ|頂け|みて)|(?:いただ|頂)け(?:ます|る)"
        r"|でき(?:ます|る)(?!こと|の[をはが])|され|なさ)"
    ),
    re.compile(r"(?:伺っ|うかがっ|参っ|承っ|申し|申し上げ|拝借し)て(?:ください|下さい)"),
    re.compile(r"(?:申さ|参ら|まいら|致さ|いただか|頂か)れ(?:る|た|て|ます|ました)"),
]


def _check(reading: Reading) -> Iterator[Hit]:
    for field in reading.spoken:
        yield from _requests(field)
    for claim in claims(reading, _PATTERNS):
        yield _hit(claim.field, claim.quote)


def _requests(field: Field) -> Iterator[Hit]:
    """お〜してください and お〜していただく."""
    tokens = field.tokens
    for at in range(2, len(tokens) - 2):
        does, then, asks = tokens[at : at + 3]
        if does.surface == "し" and then.surface == "て" and asks.norm in {"下さる", "頂く"}:
            began = _start(tokens, at - 1)
            if began is not None:
                yield _hit(field, field.text[tokens[began].start : asks.end])


def _start(tokens: Sequence[Token], at: int) -> int | None:
    noun, prefix = tokens[at], tokens[at - 1]
    if prefix.surface in {"お", "ご", "御"} and _is_act(noun, noun.surface, prefix.surface):
        return at - 1
    whole = noun.surface[0] in "おご御" and len(noun.surface) > 1
    return at if whole and _is_act(noun, noun.surface[1:], noun.surface[0]) else None


def _is_act(noun: Token, bare: str, prefix: str) -> bool:
    if bare in _POLITE_NOUNS or noun.kind not in {"名詞", "動詞"}:
        return False
    return noun.kind == "動詞" or (bare[-1] in _STEM_ENDS if prefix == "お" else "サ変" in noun.third)


def _hit(field: Field, quote: str) -> Hit:
    return Hit(
        field.name,
        quote,
        f"「{quote}」は自分側を低める謙譲語の形で、お客様の行為に使うとお客様を低めてしまいます。",
        "「ご覧ください」「お召し上がりください」「ご利用いただけます」「お待ちください」のように尊敬語にしてください。",
    )


RULE = Rule(
    id="keigo.humble_for_customer",
    section="keigo",
    severity="warning",
    title="お客様の行為への謙譲語",
    rationale="「お（ご）〜する・できる」「いただく」「拝見する」は自分側の行為に使う語で、お客様の行為に使うと失礼になります。",
    source="文化審議会答申「敬語の指針」2007-02-02 第2章・第3章（謙譲語Iの形と「御乗車できません」など）",
    passes=(
        "お気軽にご利用いただけます。",
        "届いたら、柔らかい布でお手入れしてください。",
        "三日でお届けできます。",
    ),
    fails=("温かいうちにいただいてください。", "会場で現物を拝見してください。", "店頭でお試ししてください。", "どなたでもご利用できます。"),
    check_words=_check,
)
