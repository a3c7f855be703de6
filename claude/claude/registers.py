"""What each register is, in the words that whoever writes and whoever reviews are both given."""

from contracts.values import Register

REGISTERS: dict[Register, str] = {
    "casual": (
        "友達口調。親しい友だちに話しかけるように書く。「〜だよ」「〜してみて」「〜かも」を使い、"
        "です・ますは使わない。なれなれしすぎる言い方、流行語の乱用、命令口調は避ける。"
    ),
    "standard": (
        "です・ます調。ていねいで親しみやすい標準の文体。文末は「です」「ます」か体言止めでそろえ、"
        "だ・である調を混ぜない。過剰な敬語は使わない。"
    ),
    "formal": (
        "敬語体。相手の動作には尊敬語（ご覧になる、お選びになる）、自社の動作には謙譲語（ご案内いたします、"
        "お届けいたします）を使う。二重敬語（ご覧になられる、お召し上がりになられる）と「させていただく」の多用は避ける。"
    ),
}
