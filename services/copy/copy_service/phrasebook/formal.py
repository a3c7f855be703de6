"""尊敬語・謙譲語: respectful to the reader, humble of ourselves, each sentence with one honorific and no more."""

from copy_service.phrasebook.model import DAILY, EXPLAINED, NEW_CUSTOMERS, RESTFUL, THINGS, RegisterBook, lines

_NEWLY_MET = lines(
    "{brand}の{product}でございます。",
    "{product}という、新しい選択肢がございます。",
    "{product}に、どうぞご注目ください。",
    "{product}の名を、どうぞお見知りおきください。",
    "ここにご紹介いたしますのが、{product}でございます。",
    "この機会に、{product}との出会いをお楽しみください。",
    "{product}から、新しい毎日が始まります。",
    "皆さまに、{product}をお知らせいたします。",
    "{product}のよさが伝わりましたら、幸いに存じます。",
)

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
            *lines("新しいお楽しみを、お探しですか", "お選びの品は、お決まりですか"),
            *lines("ゆとりの時間は、おありですか", "ご自身の時間を、お持ちですか", kinds=RESTFUL),
            *lines(
                "お心にかなうもの、お探しですか",
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
                "静かな朝の、はじまりに",
                "大切な方と過ごす、穏やかな午後に",
            ),
            *lines("静かな朝に、深呼吸をひとつ", kinds=RESTFUL),
            *lines("移ろう季節に、{product}を", kinds=DAILY),
            *lines("一日の終わりに、静かな時間を", kinds=("food",)),
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
                "日々に彩りを添えるご提案でございます。",
                "いつもの一日に、心ゆたかな喜びをお届けいたします。",
                "新しいものとの出会いは、見慣れた景色まで新鮮にいたします。",
                "ささやかな変化がひとつあるだけで、お気持ちは明るくなってまいります。",
                "お心にかなうものとの出会いは、うれしいものでございます。",
                "心はずむ毎日を、お手伝いいたします。",
            ),
            *lines("お忙しい日も、ゆったりとお過ごしの日も、心なごむ時間をお届けいたします。", kinds=RESTFUL),
        ),
        "question": (
            *lines(
                "「自分に合うものがほかにも」とお感じになることはございませんか。",
                "いつもの選び方を、見直してみませんか。",
                "気にかかったまま、そのままになさっていることはございませんか。",
            ),
            *lines("「何か新しい楽しみを」とお考えになることはございませんか。", objectives=NEW_CUSTOMERS),
            *lines(
                "このごろ、いかがお過ごしでしょうか。", "お変わりなくお過ごしでしょうか。", objectives=("retention",)
            ),
            *lines(
                "数ある中からお選びになるのは、難しいものでございます。", objectives=("consideration", "conversion")
            ),
            *lines(
                "ご自身のことは、つい後回しになさっていませんか。",
                "慌ただしい毎日の中で、心なごむ時間はお持ちでしょうか。",
                kinds=RESTFUL,
            ),
        ),
        "scene": (
            *lines(
                "穏やかな一日にも、新しい発見がございます。",
                "見慣れた街が、新鮮に見える日がございます。",
                "週末のご予定に、新しいお楽しみを加えてみませんか。",
                "季節の移ろいとともに、新しいお楽しみをお届けいたします。",
                "ふとお心が動いた日から、新しい一日が始まります。",
            ),
            *lines("朝の光が差しこむ食卓に、お気に入りの品をひとつお加えください。", kinds=("food",)),
            *lines("日常を離れ、ゆるやかに流れる時間をお過ごしください。", kinds=("booking",)),
        ),
        "trust": (
            *lines(
                "{brand}よりご案内申し上げます。",
                "{brand}は、ひとつひとつのことにていねいに取り組んでおります。",
                "派手さよりも、末永くご愛顧いただけることを願っております。",
                "私どもの思いを、飾ることなくお伝えいたします。",
                "難しい言葉を使わず、ありのままをお話しいたします。",
            ),
            *lines(
                "ご納得のうえでお選びいただけるよう、わかりやすさを心がけております。",
                kinds=EXPLAINED,
                objectives=NEW_CUSTOMERS,
            ),
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
            *_NEWLY_MET,
        ),
        "consideration": (
            *lines(
                "{product}の魅力を、どうぞごゆっくりご覧ください。",
                "お迷いの折には、{product}もご検討ください。",
                "{product}の特長を、ていねいにご説明いたします。",
                "お選びになる際は、{product}もご覧ください。",
            ),
            *_NEWLY_MET,
        ),
        "conversion": (
            *lines("この機会に、ぜひ{product}をご検討ください。", "{product}を、心をこめてご用意いたしました。"),
            *lines("{product}を、毎日のお楽しみにお加えください。", kinds=DAILY),
            *lines("次のお休みは、{product}でごゆっくりお過ごしください。", kinds=("booking",)),
            *lines(
                "{product}にて、お待ちしております。",
                "{product}を、実際にご体感ください。",
                objectives=("conversion",),
                kinds=("visit",),
            ),
            *_NEWLY_MET,
        ),
        "retention": (
            *lines(
                "平素より{product}をご愛顧いただき、誠にありがとうございます。",
                "{product}をお選びいただいておりますことに、心より御礼申し上げます。",
                "今後とも{product}を、どうぞよろしくお願いいたします。",
                "{product}へのご愛顧に、御礼申し上げます。",
            ),
            *lines(
                "{product}をお選びくださる皆さまが、私どもの励みでございます。",
                "{product}とともにある毎日を、応援しております。",
                "{product}のことで、お気づきの点はございましたか。",
                "これからの{product}にも、どうぞご期待ください。",
                "{product}を通した出会いを、大切にしております。",
                "{product}は、お役に立っておりますでしょうか。",
                "{product}の新しい一面は、お目に留まりましたでしょうか。",
                "{product}のことを、これからもお伝えしてまいります。",
            ),
        ),
    },
    values=lines(
        "{value}を、大切にしております。",
        "{brand}が大切にしておりますのは、{value}でございます。",
        "{value}に、こだわっております。",
        "{brand}は、{value}を大切にしております。",
        "こだわりは、{value}でございます。",
        "{value}を、これからも守ってまいります。",
        "お選びの際は、{value}にご注目ください。",
        "{brand}のこだわりは、{value}でございます。",
        "{value}への思いを、かたちにいたしました。",
        "ゆずれないのは、{value}でございます。",
    ),
    closings=(
        *lines(
            "よい出会いとなりますように。",
            "皆さまの毎日に、合いますように。",
            "お楽しみが、またひとつ増えますように。",
            "末永く、お役に立てましたら幸いに存じます。",
            objectives=NEW_CUSTOMERS,
        ),
        *lines(
            "ご予約を、心よりお待ちしております。",
            "お目にかかれます日を、楽しみにしております。",
            objectives=("conversion",),
            kinds=("visit",),
        ),
        *lines(
            "どうぞお気軽にご覧くださいませ。",
            "この出会いが、末永いものとなりますように。",
            "皆さまとのご縁を、心よりお待ちしております。",
            objectives=("awareness",),
        ),
        *lines(
            "お気に召すところから、ご覧くださいませ。",
            "お選びの際のご参考になりましたら幸いに存じます。",
            objectives=("consideration",),
        ),
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
        *lines(
            "友だち追加も、お待ちしております。",
            "友だち追加にて、新しいお知らせをお届けいたします。",
            "続きのお話は、友だち追加にてお楽しみください。",
            "友だち追加のうえ、次のお知らせをお待ちください。",
            platforms=("line",),
        ),
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
        *lines("来場のご予約へ", "詳細を見る", objectives=("conversion",), kinds=("visit",)),
        *lines("詳細を見る", "ご案内を見る", objectives=("awareness", "consideration")),
        *lines("ご購入はこちら", "商品を見る", kinds=THINGS, objectives=("conversion",)),
        *lines("ご予約はこちら", "空き状況を見る", kinds=("booking",), objectives=("conversion",)),
        *lines("お申し込みへ", "詳細を見る", kinds=("service",), objectives=("conversion",)),
        *lines("最新のご案内へ", "詳細を見る", objectives=("retention",)),
        *lines("友だち追加", objectives=("awareness", "retention"), platforms=("line",)),
        *lines("動画を見る", objectives=("awareness",), platforms=("youtube",)),
        *lines("チャンネル登録", objectives=("retention",), platforms=("youtube",)),
    ),
)
