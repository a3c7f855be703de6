"""What the documentation's examples are made of: one campaign of one brand, told the same everywhere."""

from typing import Any

CAMPAIGN_ID = "6f1c9f0e-5a0f-4a53-9c58-2f6f2f3f7a10"
BRAND_ID = "0d2f4c1b-7c55-4a0e-8f0c-6d0a6a1e9b21"
IMAGE_ID = "b8a4f7d2-19c3-4f0d-a3c4-52e7d1c06e32"
COPY_ID = "3e9d5a77-0b6e-4c1e-9a55-8f4c2b7d1f43"
PHOTO_ID = "27d0a5c4-8e3b-4b9f-b1d6-90c7f2e4a8b3"
COMPOSITE_ID = "c51e8b06-64a9-4d7f-b2f1-7a9e3d5c8054"
JOB_ID = "9a7b3c5d-2e4f-4f61-8a0b-1c2d3e4f5a65"
COPY_JOB_ID = "4f6e8d1a-7b2c-4d3e-9f50-a1b2c3d4e5f6"
INTENT_ID = "c0ffee12-3456-4789-8abc-def012345678"
CASCADE_ID = "e4d1c2b3-a5f6-4789-9abc-0d1e2f3a4b76"
EVENT_ID = "71f0e2d4-c3b5-4a69-8d7e-5f4a3b2c1d87"
REPORT_ID = "5b8d2f60-7a1c-4e93-b0d4-3f6c9e8a2d17"
WORKFLOW_ID = "d90e4b7a-36f5-4c18-8a27-e1b5c3f09d46"
CLAIM_ID = "ac7f1e93-5d28-4b60-9e34-6c0d8f2b7a15"
SHA256 = "5d2c1f0b9a8e7d6c5b4a39281706f5e4d3c2b1a0f9e8d7c6b5a4938271605f4e"
COPY_SHA256 = "91a0b2c3d4e5f60718293a4b5c6d7e8f91a0b2c3d4e5f60718293a4b5c6d7e8f"
COMPOSITE_SHA256 = "3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b"
PHOTO_SHA256 = "e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6"
OLD_COMPOSITE_SHA256 = "60718293a4b5c6d7e8f9102a3b4c5d6e60718293a4b5c6d7e8f9102a3b4c5d6e"
NEW_COPY_SHA256 = "c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5"
KIT_SHA256 = "8e7d6c5b4a3928170f1e2d3c4b5a69788e7d6c5b4a3928170f1e2d3c4b5a6978"
NEW_KIT_SHA256 = "2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a"
LOGO_SHA256 = "7e6d5c4b3a29180f7e6d5c4b3a29180f7e6d5c4b3a29180f7e6d5c4b3a29180f"
INPUT_HASH = "a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90"
MOMENT = "2026-06-01T09:00:00Z"
LATER = "2026-06-01T09:00:12Z"
TRACE_ID = "0af7651916cd43dd8448eb211c80319c"

PROMPT = "朝の光が差し込む木のテーブルに置かれた、水出しアイスコーヒーのグラス"
DIRECTION = "夕暮れの縁側に置いたグラス。風鈴と、庭の緑のぼけ"

BRIEF: dict[str, Any] = {
    "objective": "awareness",
    "product": "水出しアイスコーヒー",
    "targetAudience": "在宅勤務の30代",
    "platforms": ["instagram", "x", "line"],
    "moodTags": ["涼しげ", "朝"],
    "creativeDirection": "自宅で過ごす朝の、静かな一杯",
    "registerOverride": None,
    "language": "ja",
    "trendReportId": None,
}
COLOURS = {"primary": "#0b6e4f", "accent": "#f2a541", "text": "#1a1a1a"}
TERMS = [{"use": "お客さま", "insteadOf": "お客様"}]
BRAND: dict[str, Any] = {
    "name": "森の珈琲",
    "defaultRegister": "standard",
    "toneTags": ["あたたかい", "誠実"],
    "toneDescription": "押しつけず、隣で語りかけるように",
    "brandValues": ["森を守る", "焙煎したてを届ける"],
    "colours": COLOURS,
    "bannedTerms": ["激安"],
    "preferredTerms": TERMS,
    "logo": {
        "sha256": LOGO_SHA256,
        "url": f"/api/blobs/{LOGO_SHA256}",
        "mediaType": "image/png",
        "width": 960,
        "height": 240,
        "bytes": 18342,
    },
    "id": BRAND_ID,
    "teamId": "demo",
    "version": 2,
    "createdAt": MOMENT,
    "updatedAt": LATER,
}
COPY = {
    "headline": "朝いちばんの、涼しさを。",
    "body": "ひと晩かけてゆっくり抽出した、水出しの一杯。",
    "cta": "くわしく見る",
    "hashtags": ["#水出しコーヒー", "#森の珈琲"],
}
CAUSE_TEXT = "brief is at version 2; this was made from version 1"
CAUSE = {"upstreamId": CAMPAIGN_ID, "was": 1, "now": 2, "text": CAUSE_TEXT}
INPUTS = {
    "upstream": {"brief": {"id": CAMPAIGN_ID, "version": 1, "sha256": INPUT_HASH}},
    "parameters": {"prompt": PROMPT, "seed": 20260601},
}
ATTEMPT = {
    "n": 1,
    "startedAt": "2026-06-01T09:00:01Z",
    "endedAt": LATER,
    "outcome": "succeeded",
    "costYen": 6,
    "costUsdMicros": 37_500,
    "estimatedYen": 6,
    "estimatedUsdMicros": 37_500,
    "provider": "replicate",
    "model": "black-forest-labs/flux-2-pro",
    "providerId": "rrr4z55ocneqzikepnug6xezpe",
    "images": 1,
    "inputTokens": None,
    "outputTokens": None,
}
RETRY_REASON = "人物の手が崩れるため、手元を写さない構図に変えます"
REJECTION = "ブランド側で写真を差し替えることになったため"
SUBMIT_COMMENT = "ご確認をお願いいたします。"
SUPPRESS_REASON = "2026年1月の第三者機関の調査で1位。画像の注記に出典を表示"
OVERRIDE_REASON = "法務部の確認済み。表現は先方の指定によるもの"
OPTIONS = {"preservePrompt": False, "customPrompt": DIRECTION}
