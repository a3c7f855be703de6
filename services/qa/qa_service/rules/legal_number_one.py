"""No.1 and firsts without a basis that the variant itself states."""

import re
from collections.abc import Iterator

from qa_service.rules.basis import has_basis
from qa_service.rules.claims import Claim, claims
from qa_service.rules.reading import Reading
from qa_service.rules.rule import Hit, Rule

_WHERE = r"世界|日本|国内|業界|全国|史上|アジア|東洋|地域|県内|市内|関東|関西|九州|東北|北海道|東京|大阪"
_PATTERNS = [
    re.compile(r"(?:no\.?|ナンバー|ナンバ)\s*(?:1|一|ワン)(?![\d\w.,\-]*\d)(?!号)", re.IGNORECASE),
    re.compile(
        r"(?:世界|日本|業界|国内|地域|東洋|アジア|史上|宇宙|全国|県内|市内|九州|四国|関東|関西|東北|北海道"
        r"|東京|大阪)(?:で)?(?:一(?![斉律帯円覧括体切周部一般人角日度時回次同員室つ戸軒枚])|1の"
        r"|1(?=[!、。]|$))"
    ),
    re.compile(rf"(?:{_WHERE})(?:で|では)?(?:一番|いちばん|1番|初(?:の|めて|とな)|はじめて|最初(?:の|に|にして))"),
    re.compile(
        r"(?:世界|日本|国内|業界|史上|人類|アジア|全国|本邦|わが国|我が国)初(?!任|期|心|夏|春|秋|冬|級|回"
        r"|日|売|詣|代|対|診|年|の?出場)(?:上陸)?"
    ),
    re.compile(rf"(?:{_WHERE})(?:で|では)?唯一(?!無二)"),
    re.compile(
        r"唯一(?:の|な)[^、。]{0,4}?(?:特許|技術|製法|成分|素材|工法|サービス|専門|公式|認定|認可|正規"
        r"|ブランド|メーカー|企業|会社|店|施設|商品|製品|方法|アプリ|プラン|保険|学校|塾|宿|ホテル|温泉|蔵"
        r"|農園|機能|設備|資格|選択|サブスク|仕組み|システム|制度)|(?<=を除けば)唯一"
    ),
    re.compile(r"(?<![\d.])(?:第)?(?:1|一)位(?!置|相|牌)"),
    re.compile(r"(?:業界|国内|世界|日本|全国|地域)(?:で)?トップ(?!クラス|レベル|バッター|メーカー各社|選手|モデル)"),
    re.compile(
        r"(?<!当店で)(?<!店内で)(?<!当社で)(?<!今月)(?:一番|いちばん|1番)(?:売れて|選ばれて|支持され)"
        r"|(?:[2-9]|[二三四五六七八九十])冠(?!王|馬)"
    ),
    re.compile(
        rf"(?:{_WHERE})随一|随一の|[一-龠]{{0,4}}(?:売上|数|人気|シェア|満足度|率|実績|評価|部門)(?:が|は"
        rf"|で)?トップ(?!クラス|レベル|ス)"
    ),
    re.compile(r"トップシェア|シェアトップ|首位(?!打者)"),
]
_AIMED = re.compile(
    r"^(?:の|な)?[^、。]{0,8}(?:を|に)(?:目指|めざ|夢見|狙|挑)|^になり(?:た|ま[すし])|^にな(?:る(?:日"
    r"|まで|ため)|ろう)|^へ(?:[の、。!]|$)|^(?:の座|の称号)?を(?:かけ|懸け|争|競|決め|誓)|^決定戦"
    r"|^の[^、。]{0,10}に(?:なる(?:のが|ことが|こと。|夢)|なりたい)|^より(?:も|は)?、?(?:オンリー|[^、。]{0,12}(?:目指|めざ|大切|大事|でありたい|でいたい))"
)
_PLACES = re.compile(
    r"^(?:の(?:高|長|広|深|大き)さ(?:を誇る|の|、)?|の|(?:高|長|短|大き|小さ|深|広|遠|古|低|近|美し|早"
    r"|暑|寒)い|大きな|小さな)?(?:[^、。]{0,3})(?:富士山|琵琶湖|信濃川|山|湖|川|滝|ダム|島|峠|岬|鉄道"
    r"|駅|橋|道|村|町|市|砂丘|星空|大仏|海溝|温泉街|展望台|桜並木|桜の名所)"
)
_PLACE_BEFORE = re.compile(r"(?:山|湖|川|滝|ダム|島|峠|岬|駅|橋)(?:は|が|、)[^、。]{0,4}$")
_AIM = re.compile(r"(?:目指す|めざす|目標|夢|狙う)(?:の)?は[^、。]{0,4}$")
_LOVED = re.compile(r"^(?:好き|大切|大事|幸せ|愛|しあわせ)")
_RANKED = re.compile(
    r"大賞|アワード|グランプリ|コンテスト|番付|選ぶ|ランキング|ダントツ|断トツ|圧倒|堂々|返礼品|人気"
    r"|売上|売り上げ|売れ|満足|シェア|販売|口コミ|評価|おすすめ|お勧め|部門|投票|獲得|受賞|輝|選ばれ"
    r"|選出|実績|支持|顧客|利用|ダウンロード|登録者|知名度|検索|総合|連続|冠|ジャンル|業界|国内|全国"
    r"|世界|日本|導入|合格|成約|件数|数"
)
_YOURS = re.compile(r"(?:あなた|自分|わたし|私|きみ|君|お二人|ふたり)(?:だけ)?(?:の|に|にとって|が|を)[^、。]{0,4}$")


def _check(reading: Reading) -> Iterator[Hit]:
    found = [claim for claim in claims(reading, _PATTERNS) if _is_about_the_product(claim)]
    if not found or has_basis(reading):
        return
    for claim in found:
        yield Hit(
            claim.field.name,
            claim.quote,
            f"「{claim.quote}」は順位や「初」「唯一」を示す表示ですが、だれが・いつ・"
            f"何を調べた結果かが書かれていません。",
            "「※○○調べ（2026年1月、対象の範囲）」のように根拠を併記するか、この表現を外してください。",
        )


def _is_about_the_product(claim: Claim) -> bool:
    of_places = _PLACES.match(claim.after) or _PLACE_BEFORE.search(claim.before)
    geography = claim.match[0].endswith(("一", "一番", "いちばん")) and of_places
    hers = _YOURS.search(claim.before) or _LOVED.match(claim.after)
    rank = claim.match[0].endswith("位") and not _RANKED.search(claim.before[-14:] + claim.after[:12])
    aimed = _AIMED.match(claim.after) or _AIM.search(claim.before)
    return not (aimed or geography or hers or rank)


RULE = Rule(
    id="legal.number_one",
    section="legal",
    severity="error",
    title="根拠のないNo.1・初・唯一の表示",
    rationale="合理的な根拠のないNo.1表示や「世界初」「唯一」は、実際より著しく優良と誤認させるおそれがあります。",
    source="景品表示法5条1号、消費者庁「No.1表示に関する実態調査報告書」2024-09-26",
    passes=(
        "世界初※の素材です。※2026年1月 自社調べ（衣料用中綿として）",
        "日本一を目指す蔵元です。",
        "日本一高い富士山が見えます。",
    ),
    fails=("売上No.1の美容液です。", "業界初のサービスです。※当社比"),
    check_words=_check,
)
