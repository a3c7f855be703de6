"""Who may speak of which effects: medicines, clinics, quasi-drugs, and foods with an approved function."""

import re
from dataclasses import dataclass

from qa_service.rules.reading import Reading

_DENIED = r"(?!(?:で|じゃ)(?:は|も)?(?:な[いく]|ありません|ござい))"
_MERE = (
    r"(?!(?:と|に)(?:は|も|の)?(?:違|異|頼|劣|負け|匹敵|併用)|のよう|並み|なみ|級|レベル|メーカー|会社|成分"
    r"|いらず|ゼロ|不使用)"
)
_ELSEWHERE = (
    r"(?!(?:で|に|と|の|から)?(?:も|は)?(?:話題|人気|評判|採用|使[わっ]|使用|愛用|専売|専用|発[のみ]|品質|監修"
    r"|推薦|推奨|共同|通わ|通う|行か|行く|頼|かから|置[いか]|取り扱|並[ぶみ]|すすめ|勧め|薦め|ような))"
)
_MEDICINE = re.compile(rf"(?<!非)医薬品{_DENIED}{_MERE}")
_CLINIC = re.compile(
    r"(?:医院|クリニック|病院|診療所?|歯科|内科|眼科|外科|皮膚科|耳鼻科|耳鼻咽喉科|小児科|心療内科|産婦人科|整骨院"
    rf"|接骨院|鍼灸院|検診|健診){_DENIED}{_ELSEWHERE}(?!医師|衛生士|医(?:が|も|の|と))"
)
_SPRING = re.compile(r"適応症|泉質")
_QUASI_DRUG = re.compile(rf"(?:医薬部外品|薬用|医療機器|効能評価試験済){_DENIED}{_MERE}")
_FUNCTION_FOOD = re.compile(rf"(?:機能性表示食品|特定保健用食品|トクホ){_DENIED}{_MERE}")

# A hospital that is named beside a tea treats nobody with it.
_FOOD = re.compile(r"茶(?!色)|サプリ|ドリンク|青汁|だし|ゼリー|スープ|酢(?!酸)|ヨーグルト|健康食品")

_CURES = re.compile(r"治|完治|さよなら|おさらば|卒業|退治|撃退|消[えし]|吹き飛|なくな|無くな|特効")
_QUASI_EFFECTS = re.compile(
    r"ニキビ|にきび|シミ|しみ|そばかす|肌荒れ|肌あれ|あせも|しもやけ|あかぎれ|ただれ|体臭|わきが|口臭|歯周|歯肉"
    r"|歯槽|虫歯|むし歯|歯石|口内炎|炎症|薄毛|抜け毛|脱毛|育毛|発毛|毛|ふけ|フケ|かゆみ|肩|腰|こり|コリ|神経痛"
    r"|リウマチ|痔|冷え|疲労|疲れ|血行|湿疹|荒れ性|のど|胃|むかつき|小?シワ|小?じわ|しわ|肌|髪|筋肉|痛み"
)
_FOOD_EFFECTS = re.compile(
    r"血圧|血糖|コレステロール|中性脂肪|尿酸値|肝機能|肥満|脂肪|むくみ|疲労|疲れ|冷え|便|お腹|おなか|腸|目|肌|血流"
    r"|血行|睡眠|眠り|胃|老眼"
)
_NAMED_ILLNESS = re.compile(r"高血圧|低血圧|脂肪肝|肥満症")


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the marks of a variant allow it to say: that it treats, soothes, or supports a function."""

    treats: bool
    soothes: bool
    supports: bool

    def allows(self, claim: str) -> bool:
        """Whether a claim of an effect that approval can cover may stand."""
        if self.treats:
            return True
        return (self.soothes and _softened(claim, _QUASI_EFFECTS)) or (self.supports and _supported(claim))


def allowance(reading: Reading) -> Allowance:
    """Told from the marks of all fields; what denies a mark (医薬品ではない) is none."""
    texts = [field.folded.text for field in reading.fields]

    def has(mark: re.Pattern[str]) -> bool:
        return any(mark.search(text) for text in texts)

    food = has(_FOOD)
    return Allowance(
        treats=has(_MEDICINE) or (has(_CLINIC) and not food),
        soothes=has(_QUASI_DRUG) or (has(_SPRING) and not food),
        supports=has(_FUNCTION_FOOD),
    )


def _softened(claim: str, effects: re.Pattern[str]) -> bool:
    return bool(effects.search(claim)) and not _CURES.search(claim)


def _supported(claim: str) -> bool:
    return _softened(claim, _FOOD_EFFECTS) and not re.search("防", claim) and not _NAMED_ILLNESS.search(claim)
