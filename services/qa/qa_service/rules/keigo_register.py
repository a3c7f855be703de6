"""A register that is clearly another than brand and brief want."""

import re
from collections.abc import Iterator, Sequence

from qa_service.rules.reading import Reading
from qa_service.rules.rule import Hit, Rule
from qa_service.rules.sentences import Sentence, sentences

_NAMES = {"casual": "親しみやすい話し言葉", "standard": "です・ます調", "formal": "改まった敬語"}
_FRIENDLY_WORDS = re.compile(r"めっちゃ|めちゃ(?:くちゃ)?|マジで?|ヤバ|やば[いく]|じゃん|っしょ(?![^!?。])|だってば")
_FRIENDLY_FORMS = frozenset({"ちゃう", "じゃう", "とく"})
_HONORIFIC = re.compile(
    r"(?:お|ご|御)(?:(?![てで])[^\s、。]){1,8}(?:ください|下さい|いただ|頂|になる|になり|になれ|いたし"
    r"|致し|します|する|申し|くださ|できます)|いただ|頂[きくけいこ]|ござい|いたし(?:ます|ました"
    r"|ております)|致し|おり(?:ます|ました)|承|賜|申し上げ|存じ|くださいませ|差し上げ|伺|召し"
    r"|いらっしゃ|いらし|おっしゃ|なさ[いるっ]|拝[見読聴]|お越し|ご覧|まいり|参り|お目に|どうぞ|(?:^"
    r"|[、。])[ごお][^\s、。]{1,6}(?:に|へ)どうぞ"
)
_STRONG = re.compile(
    r"申し上げ|存じ(?:ます|ており)|賜[りわ]|幸甚|謹んで|拝啓|敬具|くださいませ|ございま|(?:お"
    r"|ご)[^\s、。]{1,6}いたし(?:ます|ました|ております)|いたし(?:ます|ました|ております)|(?:て"
    r"|で)おります|承っ|お買い求め|ご愛顧|いただけます"
)
_HEAVY = re.compile(r"申し上げ|存じ(?:ます|ており)|賜[りわ]|幸甚|謹んで|拝啓|敬具")
# Only what the customer or the house does could have been said with an honorific.
_BETWEEN_US = re.compile(
    r"(?:でき|られ|せ|え|け|め)(?:ます|ません)$|(?:ましょう|ませんか|でしょうか|ですか|ください)$"
    r"|(?:作り|届け|開き|送り|渡し|待ち|ことにし|し|始め|贈り|配り|集め|決め|案内し|用意し|紹介し"
    r"|募集し)(?:ます|ました|ています)$"
)
_BARE_REQUEST = re.compile(r"[^\s、。]{1,6}[てで](?:ください|下さい)(?!ませ)")


def _check(reading: Reading) -> Iterator[Hit]:
    found = [sentence for field in reading.spoken for sentence in sentences(field)]
    checks = {"casual": _too_stiff, "standard": _not_polite, "formal": _not_honorific}
    for sentence, quote, written in checks[reading.words.register](found):
        wanted = _NAMES[reading.words.register]
        yield Hit(
            sentence.field.name,
            quote,
            f"この案は{wanted}で書く設定ですが、「{quote}」は{written}です。",
            f"{wanted}に改めてください。",
        )
        return


Found = Iterator[tuple[Sentence, str, str]]


def _too_stiff(found: Sequence[Sentence]) -> Found:
    for sentence in found:
        if stiff := _STRONG.search(sentence.text):
            yield sentence, stiff[0], "改まった敬語"
    polite = [sentence for sentence in found if sentence.ending == "polite"]
    if len(polite) >= 2 and not any(_is_friendly(sentence) for sentence in found):
        yield polite[0], polite[0].text, "です・ますの文体"


def _not_polite(found: Sequence[Sentence]) -> Found:
    yield from _friendly(found)
    heavy = [(sentence, word[0]) for sentence in found for word in _HEAVY.finditer(sentence.text)]
    if len(heavy) >= 2:
        yield *heavy[0], "手紙のように改まった言い方"
    yield from _all_plain(found)


def _not_honorific(found: Sequence[Sentence]) -> Found:
    yield from _friendly(found)
    yield from _all_plain(found)
    if any(_HONORIFIC.search(sentence.text) for sentence in found):
        return
    for sentence in found:
        bare = _BARE_REQUEST.search(sentence.text)
        if bare and not re.search("[おご御]|いただ|頂|いらし|召し", bare[0]):
            yield sentence, bare[0], "敬語を添えない依頼"
    polite = [sentence for sentence in found if sentence.ending == "polite"]
    if len(polite) >= 2 and any(_BETWEEN_US.search(sentence.text) for sentence in polite):
        yield polite[0], polite[0].text, "敬語を含まない文"


def _friendly(found: Sequence[Sentence]) -> Found:
    for sentence in found:
        if _is_friendly(sentence):
            yield sentence, _friendly_quote(sentence), "友達口調"


def _is_friendly(sentence: Sentence) -> bool:
    if sentence.text.startswith("いいね"):
        return False
    return (
        sentence.ending == "casual"
        or bool(_FRIENDLY_WORDS.search(sentence.text))
        or any(token.kind == "助動詞" and token.lemma in _FRIENDLY_FORMS for token in sentence.tokens)
    )


def _friendly_quote(sentence: Sentence) -> str:
    word = _FRIENDLY_WORDS.search(sentence.text)
    if word and sentence.ending != "casual":
        return word[0]
    return sentence.predicate if sentence.ending == "casual" else sentence.text


def _all_plain(found: Sequence[Sentence]) -> Found:
    body = [sentence for sentence in found if sentence.field.name == "body"]
    plain = [sentence for sentence in body if sentence.ending in {"plain", "copula"}]
    if len(plain) >= 2 and not any(sentence.ending == "polite" for sentence in found):
        yield plain[0], plain[0].text, "常体の文"


RULE = Rule(
    id="keigo.register",
    section="keigo",
    severity="warning",
    title="文体の指定との食い違い",
    rationale=(
        "ブランドとブリーフが決めた文体から明らかに外れると、ブランドらしい語り口になりません。引用と短い標語は除きます。"
    ),
    source=(
        "本製品のブランド設定（既定の文体）とブリーフ（文体の指定）。文体の区別は「敬語の指針」2007-02-02 第2章による"
    ),
    passes=("自分らしく、生きよう。毎日を応援する保険です。", "「買ってよかったよ」の声が届いています。"),
    fails=("もうチェックした？今夜までだよ！", "限定カラー、めっちゃかわいいです。"),
    check_words=_check,
)
