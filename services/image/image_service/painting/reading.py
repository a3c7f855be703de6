"""What a prompt's words ask for: the product, the place, the hour, the weather, the vessel and the camera."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from image_service.prompting import CLOSING, SCENES

VIEWS = ("hero", "lifestyle", "topdown", "wide", "macro", "graphic", "outdoor", "minimal")
SUBJECTS: Mapping[str, str] = {
    "tea": r"抹茶|お茶|緑茶|紅茶|煎茶|ほうじ茶|焙じ茶|麦茶|茶葉|茶碗|\b(?:matcha|teas?)\b",
    "coffee": r"珈琲|コーヒー|カフェ(?!イン)|ラテ(?!ン|ックス)|エスプレッソ|カプチーノ|モカ"
    r"|\b(?:coffees?|espresso|cappuccino|mocha|latte|caf[eé])\b",
    "juice": r"ジュース|果汁|レモネード|スムージー|ソーダ|サイダー|\b(?:juices?|lemonade|smoothies?|soda)\b",
    "cosmetics": r"コスメ|化粧|美容|スキンケア|口紅|リップ|香水|シャンプー|クリーム(?!パン|チーズ|ソーダ|ブリュレ)"
    r"|日焼け止め|肌(?!着|寒)|\b(?:cosmetics?|skincare|serum|perfume|makeup|lipstick|lotion|shampoo|sunscreen|beauty)\b",
    "bread": r"(?<!フライ)(?<!シャン)(?<!ジャ)(?<!ルー)パン(?![ァ-ヴー])|ベーカリー|クロワッサン|トースト|バゲット"
    r"|\b(?:bread|baker(?:y|ies)|croissants?|toast|baguettes?|loaf)\b",
    "wagashi": r"和菓子|大福|餅|団子|羊羹|まんじゅう|饅頭|最中|\b(?:mochi|wagashi|dango)\b",
    "sweets": r"菓子|スイーツ|ケーキ|チョコ|クッキー|プリン(?!タ|ト)|デザート"
    r"|\b(?:sweets|cakes?|desserts?|chocolates?|cookies|confectionery|pastry|pastries)\b",
    "fruit": r"果物|果実|フルーツ|みかん|りんご|林檎|ぶどう|葡萄|(?<!白)桃(?!色)|白桃|柚子|ゆず|レモン|野菜"
    r"|\b(?:fruits?|citrus|peach(?:es)?|grapes?|lemons?|yuzu|oranges)\b",
    "package": r"服|ファッション|アパレル|コート(?!ジ)|シャツ|靴|バッグ|家電|家具|アプリ|サービス|保険|文具|家計簿"
    r"|スマホ|カメラ|\b(?:fashion|clothes|clothing|apparel|shoes?|bags?|appliances?|apps?|software|services?|furniture|gadgets?)\b",
}
PLACES: Mapping[str, str] = {
    "sakura": r"桜|さくら|サクラ|花見|春|\b(?:sakura|cherry blossoms?|spring|blossoms?|hanami)\b",
    "autumn": r"秋(?!葉原)|紅葉|もみじ|モミジ|\b(?:autumn|maple|foliage|momiji)\b",
    "snow": r"冬|雪|クリスマス|正月|\b(?:winter|snow|snowy|snowfall|christmas|fir trees?)\b",
    "sea": r"(?<!北)海(?!老|苔|外|鮮|藻)|夏|ビーチ|マリン|浜辺|\b(?:sea|ocean|beach|summer|seaside|marine)\b",
    "city": r"街|夜景|都市|都会|ネオン|渋谷|東京|\b(?:city|cityscape|urban|neon|skyline|tokyo|street)\b",
    "mountain": r"(?<![一-鿿])山(?![一-鿿])|山々|山頂|山並|富士山|高原|森|里山|登山"
    r"|\b(?:mountains?|hills|forest|woods|highlands?)\b",
}
HOURS: Mapping[str, str] = {
    "night": r"夜|月明かり|ナイト|星空|\b(?:night|nighttime|midnight|moonlit|moonlight)\b",
    "dusk": r"夕|黄昏|たそがれ|日暮れ|日没|\b(?:dusk|twilight|sunset|evening)\b",
    "morning": r"朝(?![霧露鮮])|早朝|夜明け|日の出|\b(?:morning|dawn|sunrise|breakfast)\b",
    "day": r"昼|日中|\b(?:daytime|noon|midday)\b",
}
WINDOW = r"窓|\bwindows?\b"
RAIN = r"雨|梅雨|\b(?:rain|rainy|raindrops?)\b"
COLD = r"アイス|水出し|冷|氷|\b(?:iced?|cold brew|cold)\b"
MILKY = r"ラテ(?!ン|ックス)|ミルク|オレ(?!ンジ)|カプチーノ|\b(?:latte|milk|cappuccino)\b"
ROASTED = r"ほうじ茶|焙じ茶|紅茶|麦茶|ウーロン|烏龍|\b(?:hojicha|black tea|oolong)\b"
VESSELS: Mapping[str, str] = {
    "glass": r"ガラス|グラス(?!ファイバー)|タンブラー|\b(?:glass|glasses|tumbler)\b",
    "mug": r"マグ(?!ロ|ネ)|カップ|\b(?:mugs?|cups?)\b",
    "bowl": r"茶碗|お椀|抹茶碗|どんぶり|\bbowls?\b",
}
_VIEW_WORDS: Mapping[str, str] = {
    "topdown": r"俯瞰|真上|\b(?:top-down|overhead|flat lay)\b",
    "macro": r"接写|クローズアップ|アップで|\b(?:macro|close-up)\b",
    "wide": r"遠景|広角|\bwide (?:shot|view)\b",
    "minimal": r"余白|ミニマル|\bminimal(?:ist)?\b",
}
_PRODUCT = re.compile(r"advertising image for 「(.+?)」 by ")
_OURS = re.compile(r"advertising image for 「.+?」 by [^.]*\.|[^.]*; it speaks to .*?\. |Colours: .*? as the accent\.")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was asked for; None or False where the words leave it open."""

    subject: str | None = None
    place: str | None = None
    hour: str | None = None
    vessel: str | None = None
    view: str | None = None
    window: bool = False
    rain: bool = False
    cold: bool = False
    milky: bool = False
    roasted: bool = False


def read(prompt: str) -> Reading:
    """Read a derived prompt or a person's own words, in Japanese or English. The product's own words come first."""
    found = _PRODUCT.search(prompt)
    product = found.group(1).lower() if found else ""
    words = f"{product} {_theirs(prompt).lower()}"
    return Reading(
        subject=_first(SUBJECTS, product) or "package" if found else _first(SUBJECTS, words),
        place=_first(PLACES, product) or _first(PLACES, words),
        hour=_first(HOURS, re.sub("夜明け", "朝日", words)),
        vessel=_first(VESSELS, words),
        view=_view(prompt, words),
        window=_named(WINDOW, words),
        rain=_named(RAIN, words),
        cold=_named(COLD, words),
        milky=_named(MILKY, words),
        roasted=_named(ROASTED, words),
    )


def _theirs(prompt: str) -> str:
    """The prompt without the sentences that are always ours, whose words choose nothing."""
    for ours in (*SCENES, CLOSING):
        prompt = prompt.replace(ours, "")
    return _OURS.sub(" ", prompt)


def _view(prompt: str, words: str) -> str | None:
    directed = [view for view, scene in zip(VIEWS, SCENES, strict=True) if scene in prompt]
    return directed[0] if directed else _first(_VIEW_WORDS, words)


def _first(table: Mapping[str, str], text: str) -> str | None:
    return next((name for name, words in table.items() if _named(words, text)), None)


def _named(words: str, text: str) -> bool:
    return re.search(words, text) is not None
