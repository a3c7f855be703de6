"""What kind of thing a product's name speaks of, and the hashtags people use around it."""

import re

from copy_service.phrasebook.model import Kind

# Looked up in this order: a 「温泉宿の朝食プラン」 is booked, a 「コーヒー定期便サービス」 is subscribed to.
_WORDS: dict[Kind, tuple[str, ...]] = {
    "visit": (
        "試乗", "来店", "来場", "展示会", "内覧", "内見", "見学会", "相談会", "説明会", "体験会", "試食会", "試飲会",
        "試着会", "フェア", "フェス", "イベント", "ポップアップ",
    ),
    "booking": (
        "宿", "ホテル", "旅館", "リゾート", "温泉", "ツアー", "レストラン", "ダイニング", "サロン", "エステ", "体験",
        "レッスン", "教室", "ワークショップ", "スパ", "キャンプ場", "テーマパーク", "水族館", "美術館", "個展",
        "アフタヌーンティー", "ビュッフェ",
    ),
    "service": (
        "アプリ", "サービス", "プラン", "保険", "講座", "スクール", "クラウド", "サブスク", "会員", "セミナー",
        "オンライン", "銀行", "証券", "ジム", "ソフト", "システム", "ローン", "転職", "定期便",
    ),
    "food": (
        "茶", "コーヒー", "珈琲", "ラテ", "ジュース", "ビール", "酒", "ワイン", "サワー", "ソーダ", "ウォーター",
        "ミルク", "ヨーグルト", "チョコ", "ケーキ", "クッキー", "プリン", "アイス", "ゼリー", "菓子", "スイーツ",
        "大福", "饅頭", "まんじゅう", "羊羹", "団子", "だんご", "せんべい", "煎餅", "最中", "カステラ", "弁当",
        "カレー", "ラーメン", "うどん", "そば", "味噌", "醤油", "だし", "米",
        "鍋", "肉", "魚", "いちご", "りんご", "みかん", "野菜", "スープ", "サラダ", "グラノーラ", "はちみつ", "ジャム",
        "ティー",
    ),
    "goods": (),
}  # fmt: skip

_HASHTAGS: dict[Kind, tuple[str, ...]] = {
    "food": ("#おいしい時間", "#おいしいもの好き", "#今日のごほうび"),
    "goods": ("#暮らしを楽しむ", "#お気に入り", "#ものえらび"),
    "booking": ("#休日の過ごし方", "#おでかけ好き", "#次の休み"),
    "visit": ("#おでかけ情報", "#週末の予定", "#見てふれて選ぶ"),
    "service": ("#暮らしのヒント", "#毎日をもっと", "#はじめてみる"),
}


_PACKED = re.compile(
    r"(?:[のを\s　・（）()「」]|詰め?合わ?せ|詰合せ|アソート|セット|ギフト|ボックス|パック|箱|入り?"
    r"|[0-9０-９]+[個枚本袋粒杯食])+$"
)


def _is_food_by_its_head(product: str) -> bool:
    """A 「温泉まんじゅう詰め合わせ」 is bought, not booked: the word that a name ends with says what a thing is."""
    head = _PACKED.sub("", product)
    return head.endswith(_WORDS["food"]) and not head.endswith(_WORDS["booking"])


def kind_of(product: str) -> Kind:
    """The kind of thing this product is, by the words in its name; goods if nothing says otherwise."""
    if _is_food_by_its_head(product):
        return "food"
    for kind, words in _WORDS.items():
        if any(word in product for word in words):
            return kind
    return "goods"


def common_hashtags(kind: Kind) -> tuple[str, ...]:
    """Hashtags that people use around such things."""
    return _HASHTAGS[kind]
