"""What a reviewer may object to: a closed list of words for each section, what each means, and how much it may weigh.

Nothing else becomes a finding. A picture has no words that a quote could be held against, so what is said of one is a
warning at most: no model alone can block an approval with something that nobody can look up.
"""

from dataclasses import dataclass
from typing import Literal

from contracts.qa import Section, Severity

About = Literal["words", "picture"]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing to look for, in Japanese, for the reviewer; `worst` is the most that it may weigh."""

    section: Section
    rule: str
    about: About
    worst: Severity
    meaning: str


def _words(section: Section, worst: Severity, **meanings: str) -> tuple[Criterion, ...]:
    return tuple(Criterion(section, rule, "words", worst, meaning) for rule, meaning in meanings.items())


def _picture(section: Section, **meanings: str) -> tuple[Criterion, ...]:
    return tuple(Criterion(section, rule, "picture", "warning", meaning) for rule, meaning in meanings.items())


CRITERIA: tuple[Criterion, ...] = (
    *_words(
        "keigo",
        "error",
        register_mismatch="本文や見出しの文体が、その案の register と違う。",
        wrong_respect="尊敬語と謙譲語の取り違え。自社の動作を高める、お客様の動作をへりくだらせる、など。",
        unnatural_japanese="誤字脱字、助詞の誤り、主語と述語のねじれ、直訳調など、日本語として通らない。",
    ),
    *_words(
        "keigo",
        "warning",
        excessive_keigo="「させていただく」の連発など、敬語が重く、かえって読みにくい。",
        register_drift="同じ媒体の案どうしで、文体がそろっていない。",
    ),
    *_words(
        "brand",
        "error",
        tone_mismatch="tone_tags と tone_description が求める調子に合わない（静かなはずが、はしゃいで見えるなど）。",
        messaging_off_brand="brand_values に反する、ブランドの信用を傷つける、または広告の文として成り立たない。",
        term_evasion="banned_terms の語を、活用や言い換え、表記の崩しで言ったのと同じことになっている。",
    ),
    *_words(
        "brand",
        "warning",
        off_brief="brief の目的、ターゲット、方向づけ（creative_direction、mood_tags）とかみ合わない。",
    ),
    *_picture(
        "brand",
        color_deviation="ブランドの配色（colours）とぶつかる色が画面の主役になっている。",
        image_off_brand="写真や絵の雰囲気が、ブランドの調子や価値観に合わない。",
    ),
    *_picture(
        "visual",
        copy_image_mismatch="載っている言葉と、絵が伝えていることが食い違う（「朝の一杯」に夜景、など）。",
        text_covers_product="文字が商品や人の顔に重なり、肝心なものが見えない。",
        wrong_season="花、服装、光、小物の季節が、product や mood_tags から読み取れる企画の季節と合わない。",
        wrong_product="写っているものが brief の product と別の種類のもの。",
        broken_image="指や器のゆがみ、文字のような模様など、絵として破綻している。",
    ),
    *_words(
        "platform",
        "warning",
        unsuited_to_platform="その媒体での読まれ方に合わない（流し見される面で前置きが長い、など）。",
        repeated_headline="同じ媒体の別の案と、見出しが同じか、ほとんど変わらない。",
        headline_repeats_cta="見出しとボタンが同じことを言っている。",
        weak_cta="ボタンの言葉から、押すと何ができるのかがわからない。",
        cta_mismatch="本文の誘いと、ボタンで求める行動が食い違う。",
    ),
    *_words(
        "legal",
        "error",
        misleading_claim="実際より著しく良い、得だと誤認させる（景品表示法の優良誤認・有利誤認）。",
        unsupported_claim="brief と brand にない実績、数字、順位、受賞、利用者の声を、事実として書いている。",
        medical_claim="食品や雑貨で病気や体の変化に効くとうたう、化粧品で認められた範囲を超える（薬機法・健康増進法）。",
        false_urgency="brief と brand にない限定、期限、値引きで急がせる。",
        hidden_advertising="第三者の感想や口コミを装い、広告だとわからない（ステルスマーケティング告示）。",
        offensive="差別、偏見、過度な不安、他社をおとしめる表現。",
        third_party_rights="他社の商標、著名人、作品の名前を、許可なく使っているように見える。",
    ),
    *_picture(
        "legal",
        picture_claim="案の文言にない文字やバッジが画像にあり、最上級、効能、根拠のない数字をうたっている。",
        picture_rights="他社のロゴ、実在の著名人、既存のキャラクターに見えるものが写っている。",
    ),
)

BY_NAME: dict[tuple[str, str], Criterion] = {(one.section, one.rule): one for one in CRITERIA}
