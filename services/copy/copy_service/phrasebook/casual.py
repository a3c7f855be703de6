"""友達口調: as one friend to another."""

from copy_service.phrasebook.model import DAILY, EXPLAINED, NEW_CUSTOMERS, RESTFUL, THINGS, RegisterBook, lines

_NEWLY_MET = lines(
    "{brand}の{product}だよ。",
    "{product}っていう、新しい選択肢。",
    "{product}に、ちょっと注目してみない？",
    "{product}って名前、覚えておいてね。",
    "ここで紹介したいのが、{product}。",
    "この機会に、{product}と出会ってみない？",
    "{product}から、新しい毎日が始まる。",
    "{product}、気になってこない？",
    "{product}のよさ、伝わるといいな。",
)

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
            *lines("自分に合うもの、見つけた？", "いつもの選び方、変えてみない？"),
            *lines("最近、ちゃんと休めてる？", "ちょっと、がんばりすぎてない？", kinds=RESTFUL),
            *lines(
                "なんか楽しいこと、探してる？",
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
            *lines("ソファでごろごろ、そのおともに", kinds=("food",)),
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
                "毎日がちょっと楽しくなるお知らせ。",
                "なんでもない一日が、ちょっと特別になる。",
                "新しいものに出会うと、見慣れた景色まで違って見える。",
                "小さな変化がひとつあるだけで、気持ちは明るくなる。",
                "「これがいい」って思える出会いは、うれしい。",
                "心がはずむ毎日を、応援したい。",
            ),
            *lines("がんばった日も、だらだらしたい日も、気分がふっと軽くなる。", kinds=RESTFUL),
        ),
        "question": (
            *lines(
                "「もっと自分に合うものがあるかも」って、思ったことない？",
                "いつもの選び方に、ちょっと飽きてない？",
                "気になったまま、そのままにしてることない？",
            ),
            *lines("「なんか新しい楽しみがほしいな」って思うこと、ない？", objectives=NEW_CUSTOMERS),
            *lines("最近、元気にしてる？", "このごろ、どう過ごしてる？", objectives=("retention",)),
            *lines("いろいろありすぎて、選ぶのって意外と大変。", objectives=("consideration", "conversion")),
            *lines(
                "気づいたら、自分のことは後回し。そんな日、続いてない？",
                "毎日ばたばたで、ほっとする時間、なくなってない？",
                kinds=RESTFUL,
            ),
        ),
        "scene": (
            *lines(
                "なんでもない一日にも、新しい発見がある。",
                "見慣れた街が、ちょっと違って見える日がある。",
                "週末の予定に、新しい楽しみを足してみない？",
                "季節が変わると、なにか新しいことがしたくなる。",
                "ふと思い立った日から、いつもと違う一日が始まる。",
            ),
            *lines("朝の光が入るテーブルに、お気に入りをひとつ。", kinds=("food",)),
            *lines("たまには日常を離れて、のんびりするのもいい。", kinds=("booking",)),
        ),
        "trust": (
            *lines(
                "{brand}からのお知らせ。",
                "ひとつひとつ、ていねいに。それが{brand}のいつものやり方。",
                "派手じゃなくても、長く好きでいてもらえたらうれしいな。",
                "大げさな言葉はなしで、思っていることをそのまま伝えるね。",
                "むずかしい言葉は使わず、ありのままを話すね。",
            ),
            *lines(
                "ちゃんと納得して選んでほしいから、わかりやすさを大事にしてる。",
                kinds=EXPLAINED,
                objectives=NEW_CUSTOMERS,
            ),
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
            *_NEWLY_MET,
        ),
        "consideration": (
            *lines(
                "{product}のいいところ、じっくり見てみて。",
                "{product}が自分に合うか、ゆっくり確かめてみて。",
                "迷ったら、{product}も候補に入れてみて。",
                "{product}のこと、気になるところから見比べてみて。",
            ),
            *_NEWLY_MET,
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
            *lines(
                "気になっているあなた、{product}で待ってるね。",
                "{product}、実際に体感してみない？",
                objectives=("conversion",),
                kinds=("visit",),
            ),
            *_NEWLY_MET,
        ),
        "retention": (
            *lines(
                "いつも{product}を選んでくれて、ありがとう。",
                "これからも、{product}を楽しんでもらえたらうれしいな。",
                "{product}を好きでいてくれて、すごくうれしい。",
                "今日もどこかで{product}を楽しんでくれてるかな。",
            ),
            *lines(
                "{product}を選んでくれる人がいるから、がんばれる。",
                "{product}と一緒の毎日、楽しんでる？",
                "{product}のことで気づいたこと、あったかな。",
                "これからの{product}にも、期待してて。",
                "{product}を通して出会えたこと、大切にしてる。",
                "{product}がそばにある毎日を、応援してる。",
                "{product}の新しい一面、見つけてくれたかな。",
                "{product}のこと、これからも話していくね。",
            ),
        ),
    },
    values=lines(
        "{value}を、大切にしてる。",
        "{brand}が大事にしてるのは、{value}。",
        "{value}に、こだわってる。",
        "{brand}は、{value}を大事にしてる。",
        "こだわりは、{value}。",
        "{value}、ずっと守っていきたい。",
        "選ぶ理由のひとつに、{value}を。",
        "{brand}のこだわりは、{value}。",
        "{value}への思いを、かたちにしたよ。",
        "ゆずれないのは、{value}。",
    ),
    closings=(
        *lines(
            "いい出会いになるといいな。",
            "あなたの毎日に、ぴったりだといいな。",
            "楽しみが、またひとつ増えたらうれしいな。",
            "この出会い、喜んでもらえるといいな。",
            objectives=NEW_CUSTOMERS,
        ),
        *lines("予約は、こちらから。", "会えるのを、楽しみにしてるね。", objectives=("conversion",), kinds=("visit",)),
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
        *lines(
            "友だち追加も、待ってるね。",
            "友だち追加で、新しいお知らせをお届けするよ。",
            "続きのお話は、友だち追加してくれたあなたへ。",
            "友だち追加して、次のお知らせを待っててね。",
            platforms=("line",),
        ),
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
        *lines("来場を予約する", "詳細を見る", objectives=("conversion",), kinds=("visit",)),
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
)
