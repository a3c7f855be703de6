"""です・ます: polite and near."""

from copy_service.phrasebook.model import DAILY, EXPLAINED, NEW_CUSTOMERS, RESTFUL, THINGS, RegisterBook, lines

_NEWLY_MET = lines(
    "{brand}の{product}です。",
    "{product}という、新しい選択肢があります。",
    "{product}に、少し注目してみませんか。",
    "{product}という名前を、覚えておいてください。",
    "ここでご紹介したいのが、{product}です。",
    "この機会に、{product}と出会ってみませんか。",
    "{product}から、新しい毎日が始まります。",
    "{product}が、気になっていませんか。",
    "{product}のよさが、伝わればうれしいです。",
)

STANDARD = RegisterBook(
    headlines={
        "benefit": (
            *lines(
                "いつもの時間が、少しうれしくなる",
                "心地よさを、もっと身近に",
                "うれしいひとときを、あなたに",
                "今日がちょっと楽しみになる",
                "{product}で、心はずむひとときを",
            ),
            *lines("{product}のある毎日を", kinds=DAILY),
            *lines("次のお休みが、待ち遠しくなる", kinds=("booking",)),
        ),
        "question": (
            *lines(
                "新しい楽しみ、お探しですか？", "いつもの選択、変えてみませんか？", "自分に合うもの、出会えましたか？"
            ),
            *lines(
                "最近、ほっとできていますか？",
                "自分の時間、足りていますか？",
                "少しがんばりすぎていませんか？",
                kinds=RESTFUL,
            ),
            *lines(
                "次の楽しみ、決まっていますか？",
            ),
            *lines(
                "こんな日に、{product}はいかがですか？", "{product}、気になっていませんか？", objectives=NEW_CUSTOMERS
            ),
            *lines("どれにするか、迷っていませんか？", objectives=("consideration", "conversion")),
            *lines("{product}、楽しんでいますか？", objectives=("retention",)),
        ),
        "scene": (
            *lines("街へ出かけたくなる日に"),
            *lines("窓を開けて、深呼吸したい日に", kinds=RESTFUL),
            *lines(
                "なにげない日に、小さな楽しみを",
                "週末の午後が、楽しみになる",
                "ふと立ち止まりたくなる午後に",
            ),
            *lines("朝のひとときに、{product}を", kinds=DAILY),
            *lines("一日の終わりに、ほっとする時間を", kinds=("food",)),
            *lines("{product}と、のんびり過ごす週末", kinds=THINGS),
            *lines("{product}で過ごす、ゆるやかな休日", kinds=("booking",)),
        ),
        "trust": (
            *lines("{brand}から、あなたへ", "飾らず、ていねいに", "まっすぐに、誠実に"),
            *lines("納得して選んでいただくために", kinds=EXPLAINED, objectives=NEW_CUSTOMERS),
            *lines("どんなものか、ご紹介します", objectives=("awareness",)),
            *lines("気になった今が、始めどきです", objectives=("conversion",)),
            *lines("日頃の感謝をこめて", "これからも、あなたのそばで", objectives=("retention",)),
            *lines("{product}を、ていねいにお届けします", kinds=THINGS),
        ),
    },
    motif_headlines={
        "benefit": lines("{topic}を、あなたに", "{topic}が、ここにあります"),
        "question": lines("{topic}、お探しですか？", "{topic}はいかがですか？"),
        "scene": lines("{scene}に、心地よいひとときを", "{scene}が、楽しみになる"),
        "trust": lines("{topic}を、ていねいに", "{topic}を、{brand}から"),
    },
    openings={
        "benefit": (
            *lines(
                "毎日がちょっと楽しみになるご提案です。",
                "いつもの一日が、少し特別に感じられます。",
                "新しいものに出会うと、見慣れた景色まで違って見えてきます。",
                "小さな変化がひとつあるだけで、気持ちは明るくなります。",
                "「これがいい」と思える出会いは、うれしいものです。",
                "心がはずむ毎日を、応援します。",
            ),
            *lines("がんばった日も、のんびりしたい日も、気持ちがふっと軽くなります。", kinds=RESTFUL),
        ),
        "question": (
            *lines(
                "「もっと自分に合うものがあるかも」と感じることはありませんか。",
                "いつもの選び方に、少し飽きてはいませんか。",
                "気になったまま、そのままにしていることはありませんか。",
            ),
            *lines("「何か新しい楽しみがほしい」と思うことはありませんか。", objectives=NEW_CUSTOMERS),
            *lines("このごろ、いかがお過ごしですか。", "お変わりなく、お過ごしですか。", objectives=("retention",)),
            *lines("たくさんの中から選ぶのは、意外と難しいものですよね。", objectives=("consideration", "conversion")),
            *lines(
                "気がつけば、自分のことは後回し。そんな日が続いていませんか。",
                "忙しい毎日の中で、ほっとできる時間は足りていますか。",
                kinds=RESTFUL,
            ),
        ),
        "scene": (
            *lines(
                "なにげない一日にも、新しい発見があります。",
                "見慣れた街が、少し違って見える日があります。",
                "週末の予定に、新しい楽しみを加えてみませんか。",
                "季節がひとつ進むと、新しいことを始めたくなりますね。",
                "ふと思い立った日から、いつもと違う一日が始まります。",
            ),
            *lines("朝の光が差しこむテーブルに、お気に入りをひとつどうぞ。", kinds=("food",)),
            *lines("日常を少し離れて、ゆっくり流れる時間をお過ごしください。", kinds=("booking",)),
        ),
        "trust": (
            *lines(
                "{brand}からのご案内です。",
                "{brand}は、ひとつひとつのことにていねいに向き合っています。",
                "派手さよりも、長く愛されること。そんな思いで取り組んでいます。",
                "大げさな言葉ではなく、普段どおりの言葉でお伝えします。",
                "むずかしい言葉は使わず、ありのままをお話しします。",
            ),
            *lines(
                "納得して選んでいただきたいから、わかりやすさを心がけています。",
                kinds=EXPLAINED,
                objectives=NEW_CUSTOMERS,
            ),
        ),
    },
    abouts={
        "awareness": (
            *lines(
                "{product}のことを、少しだけご紹介させてください。",
                "ご紹介するのは、{product}です。",
                "{brand}がお届けする、{product}です。",
            ),
            *lines("あなたの毎日に、{product}という選択肢を加えてみませんか。", kinds=DAILY),
            *_NEWLY_MET,
        ),
        "consideration": (
            *lines(
                "{product}の魅力を、じっくりご覧ください。",
                "{product}が自分に合うかどうか、ゆっくり確かめてみてください。",
                "迷ったら、{product}も候補に加えてみてください。",
                "気になるところから、{product}を見比べてみませんか。",
            ),
            *_NEWLY_MET,
        ),
        "conversion": (
            *lines("気になっていた方は、この機会に{product}をどうぞ。"),
            *lines(
                "始めるなら、{product}がおすすめです。",
                "{product}を、今日からの楽しみに加えてみませんか。",
                "{product}のある毎日を、始めてみませんか。",
                kinds=DAILY,
            ),
            *lines(
                "次のお休みは、{product}で過ごしてみませんか。",
                "ゆっくり過ごすなら、{product}がおすすめです。",
                kinds=("booking",),
            ),
            *lines(
                "{product}で、お待ちしています。",
                "{product}を、実際に体感してみませんか。",
                objectives=("conversion",),
                kinds=("visit",),
            ),
            *_NEWLY_MET,
        ),
        "retention": (
            *lines(
                "いつも{product}をお選びいただき、ありがとうございます。",
                "これからも{product}を、どうぞよろしくお願いします。",
                "{product}とのおつきあいに、心から感謝しています。",
                "{product}と過ごす時間が、これからも楽しいものでありますように。",
            ),
            *lines(
                "{product}を選んでくださる方が、私たちの励みです。",
                "{product}とともにある毎日を、応援しています。",
                "{product}のことでお気づきの点は、ありましたか。",
                "これからの{product}にも、どうぞご期待ください。",
                "{product}を通した出会いを、大切にしています。",
                "{product}は、お役に立てていますか。",
                "{product}の新しい一面は、見つかりましたか。",
                "{product}のことを、これからもお伝えしていきます。",
            ),
        ),
    },
    values=lines(
        "{value}を、大切にしています。",
        "{brand}が大切にしているのは、{value}です。",
        "{value}に、こだわっています。",
        "{brand}は、{value}を大切にしています。",
        "こだわりは、{value}です。",
        "{value}を、これからも守っていきます。",
        "選ぶ理由のひとつに、{value}をどうぞ。",
        "{brand}のこだわりは、{value}です。",
        "{value}への思いを、かたちにしました。",
        "ゆずれないのは、{value}です。",
    ),
    closings=(
        *lines(
            "よい出会いになりますように。",
            "あなたの毎日に、合いますように。",
            "楽しみが、またひとつ増えますように。",
            "この出会いを、喜んでいただけますように。",
            objectives=NEW_CUSTOMERS,
        ),
        *lines(
            "ご予約は、こちらからどうぞ。",
            "お会いできる日を、楽しみにしています。",
            objectives=("conversion",),
            kinds=("visit",),
        ),
        *lines(
            "まずは気軽に、のぞいてみてください。",
            "少しでも気になったら、ぜひご覧ください。",
            "あなたとの出会いを、楽しみにしています。",
            objectives=("awareness",),
        ),
        *lines(
            "気になるところから、チェックしてみてください。",
            "どうぞ、ゆっくり比べてみてください。",
            "選ぶときの参考になればうれしいです。",
            objectives=("consideration",),
        ),
        *lines("思い立った今日が、始めどきです。", kinds=DAILY, objectives=("conversion",)),
        *lines("ご購入は、こちらからどうぞ。", kinds=THINGS, objectives=("conversion",)),
        *lines("どうぞお気軽にお試しください。", kinds=DAILY, objectives=("conversion",)),
        *lines("お申し込みは、こちらからどうぞ。", kinds=("service",), objectives=("conversion",)),
        *lines(
            "ご予約は、こちらからどうぞ。",
            "空き状況を、ぜひ確かめてみてください。",
            "お会いできる日を、楽しみにしています。",
            kinds=("booking",),
            objectives=("conversion",),
        ),
        *lines(
            "またお会いできる日を、楽しみにしています。",
            "これからも、楽しみにしていただけますように。",
            objectives=("retention",),
        ),
        *lines("毎日のそばで、お役に立てたらうれしいです。", kinds=DAILY, objectives=("retention",)),
    ),
    habits=(
        *lines(
            "いいなと思ったら、保存しておいてくださいね。",
            "保存しておくと、あとからゆっくり見返せます。",
            platforms=("instagram",),
        ),
        *lines(
            "ご質問は、コメントでお気軽にどうぞ。",
            "大切な方にも、ぜひシェアしてください。",
            platforms=("facebook",),
        ),
        *lines(
            "くわしくは、リンク先へどうぞ。",
            "みなさんの声も、お待ちしています。",
            "よろしければ、リポストをお願いします。",
            platforms=("x",),
        ),
        *lines(
            "友だち追加も、お待ちしています。",
            "友だち追加で、新しいお知らせをお届けします。",
            "続きのお話は、友だち追加でお楽しみください。",
            "友だち追加をして、次のお知らせをお待ちください。",
            platforms=("line",),
        ),
        *lines("くわしくは、公式サイトへどうぞ。", platforms=("yahoo_japan",)),
        *lines(
            "くわしい内容は、商品ページにまとめています。",
            "写真も、商品ページでゆっくりご覧ください。",
            "お気に入りに登録しておくと、あとから見返せます。",
            platforms=("rakuten",),
        ),
        *lines(
            "くわしくは、概要欄のリンクからどうぞ。",
            "よろしければ、チャンネル登録をお願いします。",
            "ご感想は、コメント欄でお聞かせください。",
            platforms=("youtube",),
        ),
        *lines("続きは、動画でどうぞ。", platforms=("tiktok",)),
    ),
    ctas=(
        *lines("来場を予約する", "詳細を見る", objectives=("conversion",), kinds=("visit",)),
        *lines("詳しく見る", "もっと知る", objectives=("awareness",)),
        *lines("特長を見る", "詳しく見る", objectives=("consideration",)),
        *lines("購入する", "商品を見る", kinds=THINGS, objectives=("conversion",)),
        *lines("予約する", "空き状況を見る", kinds=("booking",), objectives=("conversion",)),
        *lines("申し込む", "今すぐ始める", kinds=("service",), objectives=("conversion",)),
        *lines("最新情報を見る", "詳しく見る", objectives=("retention",)),
        *lines("友だち追加", objectives=("awareness", "retention"), platforms=("line",)),
        *lines("動画を見る", objectives=("awareness",), platforms=("youtube",)),
        *lines("チャンネル登録", objectives=("retention",), platforms=("youtube",)),
    ),
)
