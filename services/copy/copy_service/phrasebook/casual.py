"""友達口調: as one friend to another."""

from copy_service.phrasebook.model import DAILY, LEISURE, NEW_CUSTOMERS, THINGS, RegisterBook, lines

CASUAL = RegisterBook(
    headlines={
        "benefit": (
            *lines(
                "いつもの毎日に、ちょっといいこと",
                "気分が上がるって、こういうこと",
                "今日がちょっと楽しくなる",
                "こういうの、待ってたかも",
                "{product}で、ごきげんな一日",
            ),
            *lines("今日のごほうび、これに決めた", "{product}のある毎日、いい感じ", kinds=THINGS),
            *lines("次の休み、もう決まりかも", kinds=("booking",)),
        ),
        "question": (
            *lines(
                "最近、ちゃんと休めてる？",
                "なんか楽しいこと、探してる？",
                "ちょっと、がんばりすぎてない？",
                "次の楽しみ、もう決めた？",
            ),
            *lines("{product}って、気になってた？", "{product}、もう知ってる？", objectives=NEW_CUSTOMERS),
            *lines("どれにするか、迷ってない？", objectives=("consideration", "conversion")),
            *lines("{product}、楽しんでる？", objectives=("retention",)),
        ),
        "scene": (
            *lines(
                "帰り道、寄り道したくなる日に",
                "風が気持ちいい日は、こんな気分",
                "週末が待ち遠しくなる",
                "なんでもない日が、いい日になる",
            ),
            *lines("休みの朝は、{product}", kinds=DAILY),
            *lines("ソファでごろごろ、そのおともに", kinds=THINGS),
            *lines("{product}で、のんびり休日", kinds=("booking",)),
        ),
        "trust": (
            *lines("背伸びしない、ちょうどよさ", "{brand}から、あなたへ", "ひとつずつ、まっすぐに"),
            *lines("ちゃんと選びたい人へ", objectives=NEW_CUSTOMERS),
            *lines("まずは気軽に、のぞいてみて", objectives=("awareness", "consideration")),
            *lines("気になったら、それがタイミング", objectives=("conversion",)),
            *lines("いつも、ほんとにありがとう", "これからも、よろしくね", objectives=("retention",)),
            *lines("{product}、気軽に試してみて", kinds=DAILY, objectives=NEW_CUSTOMERS),
        ),
    },
    motif_headlines={
        "benefit": lines("{topic}、見つけた", "{topic}、ここにあるよ"),
        "question": lines("{topic}、探してる？", "{topic}、気になってる？"),
        "scene": lines("{scene}に、ちょっといいこと", "{scene}が、もっと楽しくなる"),
        "trust": lines("{topic}なら、まかせて", "{brand}から、{topic}を"),
    },
    openings={
        "benefit": (
            *lines(
                "{to}、毎日がちょっと楽しくなるお知らせ。",
                "なんでもない一日が、ちょっと特別になる。",
                "がんばった日も、だらだらしたい日も、気分がふっと軽くなる。",
                "小さな楽しみがひとつあるだけで、毎日はけっこう変わる。",
            ),
            *lines("{audience}の毎日に、うれしい時間をもうひとつ。", kinds=DAILY),
        ),
        "question": (
            *lines(
                "{to}。ひと息つく時間、ちゃんととれてる？",
                "気づいたら、自分のことは後回し。そんな日、続いてない？",
                "毎日ばたばたで、ほっとする時間、なくなってない？",
            ),
            *lines("「なんか新しい楽しみがほしいな」って思うこと、ない？", objectives=NEW_CUSTOMERS),
            *lines("最近、元気にしてる？", "このごろ、ゆっくりできてる？", objectives=("retention",)),
            *lines("いろいろありすぎて、選ぶのって意外と大変。", objectives=("consideration", "conversion")),
        ),
        "scene": (
            *lines(
                "{audience}の、なんでもない一日に。",
            ),
            *lines(
                "予定のない週末の午後に、ちょうどいい。",
                "季節が変わると、なにか新しいことがしたくなる。",
                kinds=LEISURE,
            ),
            *lines("一日の終わり、ほっとしたいときに思い出してね。", kinds=DAILY),
            *lines("朝の光が入るテーブルに、お気に入りをひとつ。それだけで、いい日になりそう。", kinds=THINGS),
            *lines("たまには日常を離れて、のんびりするのもいい。", kinds=("booking",)),
        ),
        "trust": (
            *lines(
                "{to}、{brand}からのお知らせ。",
                "ひとつひとつ、ていねいに。それが{brand}のいつものやり方。",
                "派手じゃなくても、長く好きでいてもらえたらうれしいな。",
                "大げさな言葉はなしで、思っていることをそのまま伝えるね。",
            ),
            *lines("ちゃんと納得して選んでほしいから、わかりやすさを大事にしてる。", objectives=NEW_CUSTOMERS),
        ),
    },
    abouts={
        "awareness": (
            *lines(
                "{product}のこと、知ってくれたらうれしいな。",
                "今日紹介するのは、{product}。",
                "{brand}の{product}、よかったら覚えてね。",
            ),
            *lines("気になる{product}、どんなものか見てみて。", kinds=DAILY),
        ),
        "consideration": lines(
            "{product}のいいところ、じっくり見てみて。",
            "{product}が自分に合うか、ゆっくり確かめてみて。",
            "迷ったら、{product}も候補に入れてみて。",
            "{product}のこと、気になるところから見比べてみて。",
        ),
        "conversion": (
            *lines("気になってたなら、この機会に{product}をぜひ。"),
            *lines(
                "始めるなら、{product}がおすすめ。",
                "{product}、今日からの楽しみにしてみない？",
                "{product}のある毎日、始めてみない？",
                kinds=DAILY,
            ),
            *lines(
                "次の休みは、{product}で過ごしてみない？",
                "のんびりするなら、{product}がおすすめ。",
                kinds=("booking",),
            ),
        ),
        "retention": lines(
            "いつも{product}を選んでくれて、ありがとう。",
            "これからも、{product}を楽しんでもらえたらうれしいな。",
            "{product}を好きでいてくれて、すごくうれしい。",
            "今日もどこかで{product}を楽しんでくれてるかな。",
        ),
    },
    values=lines(
        "{brand}らしさは、{value}。",
        "{brand}が大事にしてるのは、{value}。",
        "合言葉は、{value}。",
        "これからもずっと、{value}を合言葉に。",
    ),
    closings=(
        *lines(
            "気が向いたら、のぞいてみてね。",
            "ちょっとでも気になったら、見てみて。",
            "どんなものか、ゆっくり見ていってね。",
            objectives=("awareness",),
        ),
        *lines(
            "気になるところから、チェックしてみてね。",
            "あせらず、ゆっくり比べてみてね。",
            "選ぶときのヒントになったら、うれしいな。",
            objectives=("consideration",),
        ),
        *lines("思い立った今日が、始めどき。", kinds=DAILY, objectives=("conversion",)),
        *lines("気軽に試してみてね。", kinds=DAILY, objectives=("conversion",)),
        *lines("ほしくなったら、こちらから。", kinds=THINGS, objectives=("conversion",)),
        *lines("申し込みは、こちらから。", kinds=("service",), objectives=("conversion",)),
        *lines(
            "予約は、こちらから。",
            "空き状況、チェックしてみてね。",
            "会えるのを楽しみにしてるね。",
            kinds=("booking",),
            objectives=("conversion",),
        ),
        *lines(
            "また会えるの、楽しみにしてるね。",
            "感想も、よかったら聞かせてね。",
            "これからも、楽しみにしてて。",
            objectives=("retention",),
        ),
        *lines("毎日のそばにいられたら、うれしいな。", kinds=DAILY, objectives=("retention",)),
    ),
    habits=(
        *lines("いいなと思ったら、保存しておいてね。", "保存しておくと、あとで見返せるよ。", platforms=("instagram",)),
        *lines("気になることは、コメントで気軽に聞いてね。", "友だちにも、シェアしてね。", platforms=("facebook",)),
        *lines(
            "くわしくは、リンク先で。", "みんなの声も、待ってるよ。", "よかったら、リポストしてね。", platforms=("x",)
        ),
        *lines("友だち追加も、待ってるね。", platforms=("line",)),
        *lines("くわしくは、公式サイトで。", platforms=("yahoo_japan",)),
        *lines(
            "くわしい内容は、商品ページにまとめてあるから。",
            "写真も、商品ページでゆっくり見てみて。",
            "お気に入りに入れておくと、あとで見返せるよ。",
            platforms=("rakuten",),
        ),
        *lines(
            "くわしくは、概要欄のリンクから。",
            "よかったら、チャンネル登録してね。",
            "感想は、コメント欄で聞かせてね。",
            platforms=("youtube",),
        ),
        *lines("続きは、動画でね。", platforms=("tiktok",)),
    ),
    ctas=(
        *lines("のぞいてみる", "もっと知る", objectives=("awareness",)),
        *lines("くらべてみる", "チェックする", objectives=("consideration",)),
        *lines("買ってみる", "商品を見る", kinds=THINGS, objectives=("conversion",)),
        *lines("予約する", "空きを見てみる", kinds=("booking",), objectives=("conversion",)),
        *lines("始めてみる", "申し込む", kinds=("service",), objectives=("conversion",)),
        *lines("続きを見る", "チェックする", objectives=("retention",)),
        *lines("友だち追加", objectives=("awareness", "retention"), platforms=("line",)),
        *lines("動画を見る", objectives=("awareness",), platforms=("youtube",)),
        *lines("チャンネル登録", objectives=("retention",), platforms=("youtube",)),
    ),
    audience="{0}",
    audience_person="{0}",
    to="{0}のみんなへ",
    to_person="{0}へ",
)
