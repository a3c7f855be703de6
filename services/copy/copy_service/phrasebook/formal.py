"""尊敬語・謙譲語: respectful to the reader, humble of ourselves, each sentence with one honorific and no more."""

from copy_service.phrasebook.model import DAILY, LEISURE, NEW_CUSTOMERS, THINGS, RegisterBook, lines

FORMAL = RegisterBook(
    headlines={
        "benefit": (
            *lines(
                "心満ちるひとときを、皆さまに",
                "日々に、ゆとりと彩りを",
                "心ゆたかな時間を、皆さまへ",
                "いつもの日々に、ささやかな喜びを",
                "{product}で、心ゆたかなひとときを",
            ),
            *lines("{product}のある、彩りある毎日", kinds=DAILY),
            *lines("心ほどける休日を、皆さまに", kinds=("booking",)),
        ),
        "question": (
            *lines(
                "ゆとりの時間は、おありですか",
                "お心にかなうもの、お探しですか",
                "ご自身の時間を、お持ちですか",
                "次のお楽しみは、お決まりですか",
            ),
            *lines("{product}はいかがでしょうか", objectives=NEW_CUSTOMERS),
            *lines("{product}を、ご存じでしょうか", objectives=("awareness",)),
            *lines("お選びに、お迷いではありませんか", objectives=("consideration", "conversion")),
            *lines("{product}、お楽しみでしょうか", objectives=("retention",)),
        ),
        "scene": (
            *lines(
                "移ろう季節に、心なごむひとときを",
                "やわらかな陽ざしの午後に",
                "静かな朝に、深呼吸をひとつ",
                "大切な方と過ごす、穏やかな午後に",
            ),
            *lines("移ろう季節に、{product}を", kinds=DAILY),
            *lines("一日の終わりに、静かな時間を", kinds=DAILY),
            *lines("{product}で過ごす、静かな休日", kinds=("booking",)),
        ),
        "trust": (
            *lines("{brand}より、心をこめて", "誠実に、ていねいに", "末永いおつきあいのために"),
            *lines("{product}のご案内", "どうぞ、ごゆっくりお選びください", objectives=NEW_CUSTOMERS),
            *lines("皆さまへ、ご案内申し上げます", objectives=("awareness", "conversion")),
            *lines("日頃のご愛顧に、感謝をこめて", "これからも、皆さまとともに", objectives=("retention",)),
        ),
    },
    motif_headlines={
        "benefit": lines("{topic}を、皆さまに", "心満ちる{topic}を"),
        "question": lines("{topic}を、お探しですか", "{topic}はいかがでしょうか"),
        "scene": lines("{scene}に、心なごむひとときを", "{scene}を、心ゆたかに"),
        "trust": lines("{topic}を、心をこめて", "{brand}より、{topic}を"),
    },
    openings={
        "benefit": (
            *lines(
                "{to}、日々に彩りを添えるご提案でございます。",
                "いつもの一日に、心ゆたかなひとときをお届けいたします。",
                "お忙しい日も、ゆったりとお過ごしの日も、心なごむ時間をお届けいたします。",
                "ささやかな喜びがひとつ増えることで、毎日はいっそう豊かになってまいります。",
            ),
            *lines("{audience}の毎日に、ゆとりの時間を添えてまいります。", kinds=DAILY),
        ),
        "question": (
            *lines(
                "{to}。ほっとひと息つかれる時間は、おありでしょうか。",
                "ご自身のことは、つい後回しになさっていませんか。",
                "慌ただしい毎日の中で、心なごむ時間はお持ちでしょうか。",
            ),
            *lines("「何か新しい楽しみを」とお考えになることはございませんか。", objectives=NEW_CUSTOMERS),
            *lines(
                "このごろ、ごゆっくりお過ごしでしょうか。",
                "お変わりなくお過ごしでしょうか。",
                objectives=("retention",),
            ),
            *lines(
                "数ある中からお選びになるのは、難しいものでございます。", objectives=("consideration", "conversion")
            ),
        ),
        "scene": (
            *lines(
                "{audience}の、穏やかな一日に寄り添います。",
            ),
            *lines(
                "静かに流れる週末の午後に、よく似合います。",
                "季節の移ろいとともに、新しいお楽しみをお届けいたします。",
                kinds=LEISURE,
            ),
            *lines("一日の終わりの、くつろぎの時間に寄り添います。", kinds=DAILY),
            *lines("朝の光が差しこむ食卓に、お気に入りの品をひとつ。心はずむ一日が始まります。", kinds=THINGS),
            *lines("日常を離れ、ゆるやかに流れる時間をお過ごしください。", kinds=("booking",)),
        ),
        "trust": (
            *lines(
                "{to}、{brand}よりご案内申し上げます。",
                "{brand}は、ひとつひとつのことにていねいに取り組んでおります。",
                "派手さよりも、末永くご愛顧いただけることを願っております。",
                "私どもの思いを、飾ることなくお伝えいたします。",
            ),
            *lines("ご納得のうえでお選びいただけるよう、わかりやすさを心がけております。", objectives=NEW_CUSTOMERS),
        ),
    },
    abouts={
        "awareness": (
            *lines(
                "{product}をご紹介いたします。",
                "{product}を、どうぞお心にお留めください。",
                "{brand}がお届けいたします、{product}でございます。",
            ),
            *lines("皆さまの毎日に、{product}をご提案いたします。", kinds=DAILY),
        ),
        "consideration": lines(
            "{product}の魅力を、どうぞごゆっくりご覧ください。",
            "お迷いの折には、{product}もご検討ください。",
            "{product}の特長を、ていねいにご説明いたします。",
            "お選びになる際は、{product}もご覧ください。",
        ),
        "conversion": (
            *lines("この機会に、ぜひ{product}をご検討ください。", "{product}を、心をこめてご用意いたしました。"),
            *lines("{product}を、毎日のお楽しみにお加えください。", kinds=DAILY),
            *lines("次のお休みは、{product}でごゆっくりお過ごしください。", kinds=("booking",)),
        ),
        "retention": lines(
            "平素より{product}をご愛顧いただき、誠にありがとうございます。",
            "{product}をお選びいただいておりますことに、心より御礼申し上げます。",
            "今後とも{product}を、どうぞよろしくお願いいたします。",
            "{product}へのご愛顧に、御礼申し上げます。",
        ),
    },
    values=lines(
        "{brand}らしさは、{value}にございます。",
        "{brand}が大切にしておりますのは、{value}でございます。",
        "私どもの合言葉は、{value}でございます。",
        "これからも、{value}を合言葉に歩んでまいります。",
    ),
    closings=(
        *lines(
            "どうぞお気軽にご覧くださいませ。",
            "この出会いが、末永いものとなりますように。",
            "皆さまとのご縁を、心よりお待ちしております。",
            objectives=("awareness",),
        ),
        *lines(
            "お気に召すところから、ご覧くださいませ。",
            "お選びの際のご参考になりましたら幸いに存じます。",
            "ご不明な点は、どうぞお気軽にお問い合わせください。",
            objectives=("consideration",),
        ),
        *lines("皆さまからのご連絡を、お待ちしております。", objectives=("conversion",)),
        *lines("ご注文を、心よりお待ちしております。", kinds=THINGS, objectives=("conversion",)),
        *lines("どうぞお気軽にお試しくださいませ。", kinds=DAILY, objectives=("conversion",)),
        *lines("お申し込みを、心よりお待ちしております。", kinds=("service",), objectives=("conversion",)),
        *lines(
            "ご予約を、心よりお待ちしております。",
            "お越しの日を、楽しみにお待ちしております。",
            kinds=("booking",),
            objectives=("conversion",),
        ),
        *lines(
            "またお目にかかれます日を、心待ちにしております。",
            "変わらぬお引き立てのほど、お願い申し上げます。",
            "ご感想など、お聞かせいただけましたら幸いに存じます。",
            objectives=("retention",),
        ),
    ),
    habits=(
        *lines("保存のうえ、ご都合のよい折にご覧ください。", platforms=("instagram",)),
        *lines("保存していただきますと、いつでもご覧いただけます。", platforms=("instagram",)),
        *lines(
            "ご質問は、コメントにて承っております。", "大切な方にも、ぜひお知らせください。", platforms=("facebook",)
        ),
        *lines("詳しくは、リンク先にてご案内しております。", "皆さまのお声も、お待ちしております。", platforms=("x",)),
        *lines("友だち追加も、お待ちしております。", platforms=("line",)),
        *lines("詳しくは、公式サイトにてご案内しております。", platforms=("yahoo_japan",)),
        *lines(
            "詳しい内容は、商品ページにてご案内しております。",
            "お写真も、商品ページにてごゆっくりご覧ください。",
            "お気に入りにご登録のうえ、あらためてご覧ください。",
            platforms=("rakuten",),
        ),
        *lines(
            "詳しくは、概要欄のリンクよりご確認ください。",
            "チャンネル登録も、お待ちしております。",
            "ご感想は、コメント欄にて承っております。",
            platforms=("youtube",),
        ),
        *lines("続きは、動画にてご覧ください。", platforms=("tiktok",)),
    ),
    ctas=(
        *lines("詳細を見る", "ご案内を見る", objectives=("awareness", "consideration")),
        *lines("ご購入はこちら", "商品を見る", kinds=THINGS, objectives=("conversion",)),
        *lines("ご予約はこちら", "空き状況を見る", kinds=("booking",), objectives=("conversion",)),
        *lines("お申し込みへ", "詳細を見る", kinds=("service",), objectives=("conversion",)),
        *lines("最新のご案内へ", "詳細を見る", objectives=("retention",)),
        *lines("友だち追加", objectives=("awareness", "retention"), platforms=("line",)),
        *lines("動画を見る", objectives=("awareness",), platforms=("youtube",)),
        *lines("チャンネル登録", objectives=("retention",), platforms=("youtube",)),
    ),
    audience="{0}の皆さま",
    audience_person="{0}",
    to="{0}の皆さまへ",
    to_person="{0}へ",
)
