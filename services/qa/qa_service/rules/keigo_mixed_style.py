"""です・ます and だ・である in one variant."""

from collections.abc import Iterator

from qa_service.rules.reading import Reading
from qa_service.rules.rule import Hit, Rule
from qa_service.rules.sentences import Sentence, sentences


def _check(reading: Reading) -> Iterator[Hit]:
    found = [sentence for field in reading.spoken for sentence in sentences(field)]
    if any(sentence.ending == "polite" for sentence in found):
        for sentence in found:
            if sentence.ending == "copula" and _counts(sentence, reading):
                yield _hit(sentence)


def _counts(sentence: Sentence, reading: Reading) -> bool:
    """Among friends だ is everyday speech; である is not."""
    return reading.words.register != "casual" or sentence.predicate.endswith(("である", "であった", "であろう"))


def _hit(sentence: Sentence) -> Hit:
    return Hit(
        sentence.field.name,
        sentence.predicate,
        f"です・ます調の文章に、だ・である調の「{sentence.predicate}」が混じっています。",
        "文末を「です・ます」にそろえるか、体言止めにしてください。",
    )


RULE = Rule(
    id="keigo.mixed_style",
    section="keigo",
    severity="warning",
    title="です・ますと、だ・であるの混用",
    rationale=(
        "一つの案のなかで文体が変わると、読み手との距離が定まりません。体言止め、引用、"
        "動詞や形容詞の言い切りは除きます。"
    ),
    source="文化審議会建議「公用文作成の考え方」2022-01-07 III-1（敬体と常体を混在させない）",
    passes=(
        "香り高い一杯です。朝の時間に。",
        "「これだ」と職人が選んだ豆です。",
        "軽い。だから毎日使えます。",
    ),
    fails=("香り高い一杯です。苦味も絶妙だ。", "当社の品質は確かである。ぜひお試しください。"),
    check_words=_check,
)
