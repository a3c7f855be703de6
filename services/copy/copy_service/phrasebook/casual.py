"""友達口調: as one friend to another."""

from copy_service.phrasebook.model import DAILY, NEW_CUSTOMERS, THINGS, RegisterBook, lines

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
            *lines("背伸びしない、ちょうどよさ", "{brand}から、あなたへ", "うそなく、まっすぐに"),
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
                "なんでもない一日が、ちょっと特別になるよ。",
                "がんばった日も、だらだらしたい日も、気分がふっと軽くなるよ。",
                "小さな楽しみがひとつあるだけで、毎日ってけっこう変わるよね。",
            ),
            *lines("{audience}の毎日に、うれしい時間をひとつ増やすよ。", kinds=DAILY),
        ),
        "question": (
            *lines(
                "{to}。ひと息つく時間、ちゃんととれてる？",
                "気づいたら、自分のことは後回し。そんな日、続いてない？",
                "毎日ばたばたで、ほっとする時間がないってこと、あるよね。",
            ),
            *lines("「なんか新しい楽しみがほしいな」って思うこと、ない？", objectives=NEW_CUSTOMERS),
            *lines("最近、元気にしてる？", "このごろ、ゆっくりできてる？", objectives=("retention",)),
            *lines("いろいろありすぎて、選ぶのって意外と大変だよね。", objectives=("consideration", "conversion")),
        ),
        "scene": (
            *lines(
                "{audience}の、なんでもない一日によく似合うよ。",
                "予定のない週末の午後に、ぴったりだよ。",
                "季節が変わると、なにか新しいことしたくなるよね。",
            ),
            *lines("一日の終わり、ほっとしたいときに思い出してね。", kinds=DAILY),
            *lines("朝の光が入るテーブルに、お気に入りがひとつ。それだけで、今日がいい日になりそう。", kinds=THINGS),
            *lines("たまには日常を離れて、のんびりするのもいいよね。", kinds=("booking",)),
        ),
        "trust": (
            *lines(
                "{to}、{brand}からのお知らせだよ。",
                "{brand}は、ひとつひとつ、ていねいにやってるよ。",
                "派手じゃなくても、長く好きでいてもらえたらうれしいな。",
                "大げさなことは言わないよ。思ってること、まっすぐ伝えるね。",
            ),
            *lines("ちゃんと納得して選んでほしいから、わかりやすさを大事にしてるよ。", objectives=NEW_CUSTOMERS),
        ),
    },
    abouts={
        "awareness": (
            *lines(
                "{product}のこと、知ってくれたらうれしいな。",
                "今日紹介するのは、{product}。",
                "{brand}の{product}、よかったら覚えてね。",
            ),
            *lines("はじめまして、{product}だよ。", kinds=DAILY),
        ),
        "consideration": lines(
            "{product}のいいところ、じっくり見てみて。",
            "{product}が自分に合うか、ゆっくり確かめてみて。",
            "迷ったら、{product}も候補に入れてみて。",
        ),
        "conversion": (
            *lines("気になってたなら、この機会に{product}をぜひ。"),
            *lines(
                "始めるなら、{product}がおすすめだよ。",
                "{product}、今日からの楽しみにしてみない？",
                "{product}のある毎日、始めてみない？",
                kinds=DAILY,
            ),
            *lines(
                "次の休みは、{product}で過ごしてみない？",
                "のんびりするなら、{product}がおすすめだよ。",
                kinds=("booking",),
            ),
        ),
        "retention": lines(
            "いつも{product}を選んでくれて、ありがとう。",
            "これからも、{product}を楽しんでもらえたらうれしいな。",
            "{product}を好きでいてくれて、すごくうれしいよ。",
        ),
    },
    values=lines(
        "大事にしてるのは、{value}。",
        "{brand}は、{value}を大事にしてるよ。",
        "{value}への思いを、ぎゅっと込めたよ。",
    ),
    closings=(
        *lines(
            "気が向いたら、のぞいてみてね。",
            "ちょっとでも気になったら、見てみて。",
            "これから仲良くしてくれたら、うれしいな。",
            objectives=("awareness",),
        ),
        *lines(
            "気になるところから、チェックしてみてね。",
            "あせらず、ゆっくり比べてみてね。",
            "選ぶときのヒントになったら、うれしいな。",
            objectives=("consideration",),
        ),
        *lines("思い立った今日が、始めどきだよ。", kinds=DAILY, objectives=("conversion",)),
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
            objectives=("retention",),
        ),
        *lines("毎日のそばにいられたら、うれしいな。", kinds=DAILY, objectives=("retention",)),
    ),
    habits=(
        *lines("いいなと思ったら、保存しておいてね。", "保存しておくと、あとで見返せるよ。", platforms=("instagram",)),
        *lines("質問があったら、コメントで教えてね。", "友だちにも、シェアしてね。", platforms=("facebook",)),
        *lines("くわしくは、リンク先で。", "みんなの声も、待ってるよ。", platforms=("x",)),
        *lines("友だち追加も、待ってるね。", platforms=("line",)),
        *lines("くわしくは、公式サイトで。", platforms=("yahoo_japan",)),
        *lines("くわしい内容は、商品ページにまとめてあるよ。", platforms=("rakuten",)),
        *lines(
            "くわしくは、概要欄のリンクから。",
            "よかったら、チャンネル登録してね。",
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
