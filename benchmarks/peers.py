"""What a user might pick instead of antifraud, each behind the same two functions, for benchmarks/compare.py.

Everything here is written anew from public descriptions; nothing of it is part of the package. numpy, scipy and
scikit-learn are imported only by the peers that need them.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from importlib import import_module
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

NONE = "none"
SCAM = "scam"
"""The answer of a peer that alarms without a category."""
CHUNK = 1000
SURE = 0.9
Judge = Callable[[Sequence[str]], list[str]]
"""Texts to answers, in order: `NONE`, `SCAM` or a category."""


@dataclass(frozen=True)
class Peer:
    """One candidate."""

    title: str
    load: Callable[[Any], Judge]
    """What `train` returned (None without it) to the function that judges."""
    train: Callable[[list[dict[str, Any]]], Any] | None = None
    """Rows with `text` and `label` to something that can be pickled."""
    modules: tuple[str, ...] = ()
    """Packages that must be there, and whose versions are shown."""
    program: str | None = None
    """A program that must be there."""
    public_too: bool = False
    """Is trained on the public sets as well, if there are any."""
    categories: bool = True
    """Says which scam it is, not only that it is one."""
    sample: int | None = None
    """Ask only this many texts, because it is slow."""

    def missing(self) -> str | None:
        """What has to be installed first."""
        for name in self.modules:
            try:
                import_module(name)
            except ImportError:
                return name
        return self.program if self.program and not shutil.which(self.program) else None


# antifraud


def load_antifraud(_: None) -> Judge:
    """The library call, one message after the other; caution and danger are alarms."""
    from antifraud_cli import api

    def answer(text: str) -> str:
        verdict = api.classify(text)
        return (verdict.category or SCAM) if verdict.level in ("caution", "danger") else NONE

    answer("")
    return lambda texts: [answer(text) for text in texts]


# A regular expression of plain phrases


def phrases() -> dict[str, list[str]]:
    """Category to the phrases that a person would list."""
    import yaml

    return yaml.safe_load((REPOSITORY / "benchmarks" / "scam_words.yaml").read_text(encoding="utf-8"))


def load_regex(_: None) -> Judge:
    """One alternation, a named group a category; the first place that matches decides."""
    groups = (f"(?P<{name}>{'|'.join(map(re.escape, each))})" for name, each in phrases().items())
    expression = re.compile("|".join(groups))

    def answer(text: str) -> str:
        found = expression.search(text)
        return (found.lastgroup or SCAM) if found else NONE

    return lambda texts: [answer(text) for text in texts]


# TF-IDF and logistic regression


def words(text: str) -> list[str]:
    """jieba's words, without blanks and punctuation."""
    import jieba

    jieba.setLogLevel("ERROR")
    return [word for word in jieba.lcut(text.lower()) if any(map(str.isalnum, word))]


def train_words(rows: list[dict[str, Any]]) -> Any:
    """Words and pairs of words."""
    return _train_linear(rows, tokenizer=words, token_pattern=None, ngram_range=(1, 2))


def train_characters(rows: list[dict[str, Any]]) -> Any:
    """Runs of one to three characters."""
    return _train_linear(rows, analyzer="char", ngram_range=(1, 3))


def _train_linear(rows: list[dict[str, Any]], **how: Any) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    pipeline = make_pipeline(
        TfidfVectorizer(min_df=2, max_features=30_000, sublinear_tf=True, **how),
        LogisticRegression(C=20.0, class_weight="balanced", max_iter=200),
    )
    return pipeline.fit([row["text"] for row in rows], [row["label"] for row in rows])


def load_strict(pipeline: Any) -> Judge:
    """Alarms only where it is sure, so that its false alarms come nearer to those of antifraud."""
    return load_linear(pipeline, SURE)


def load_linear(pipeline: Any, least: float = 0.5) -> Judge:
    """An alarm when all categories together have this chance at least; then the likeliest of them."""
    labels = list(pipeline.classes_)
    none = labels.index(NONE)

    def judge(texts: Sequence[str]) -> list[str]:
        answers = []
        for chunk in _chunks(texts):
            chances = pipeline.predict_proba(chunk)
            innocent = chances[:, none] > 1 - least
            chances[:, none] = -1
            best = chances.argmax(axis=1)
            answers += [NONE if calm else labels[place] for calm, place in zip(innocent, best, strict=True)]
        return answers

    return judge


def _chunks(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(texts), CHUNK):
        yield texts[start : start + CHUNK]


# The approach of tg-spam: https://github.com/umputun/tg-spam, from its README

EMOJI = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]")
LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
MOST_EMOJI = 2
MOST_LINKS = 2
SIMILAR = 0.5
LIKELY = 0.5 + 1e-9
"""A message of unknown tokens has 0.5 and is let through."""
LEAST_LENGTH = 50
"""Shorter messages are not compared with samples; its default."""


def blank_separated(text: str) -> list[str]:
    """Tokens as tg-spam makes them: between blanks, without punctuation around them."""
    return [token for piece in text.lower().split() if (token := piece.strip(".,!?-:;()#。，！？：；（）"))]


def train_tg_spam(rows: list[dict[str, Any]]) -> Any:
    """Samples and naive Bayes over tokens between blanks."""
    return _train_samples(rows, blank_separated), LEAST_LENGTH


def train_tg_spam_words(rows: list[dict[str, Any]]) -> Any:
    """The same over Chinese words, and for messages of any length: what a Chinese user would change."""
    return _train_samples(rows, words), 0


def _train_samples(rows: list[dict[str, Any]], tokenizer: Callable[[str], list[str]]) -> Any:
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.naive_bayes import MultinomialNB
    from sklearn.preprocessing import normalize

    counter = CountVectorizer(tokenizer=tokenizer, token_pattern=None, lowercase=False)
    counts = counter.fit_transform([row["text"] for row in rows])
    spam = [row["label"] != NONE for row in rows]
    bayes = MultinomialNB(fit_prior=False).fit(counts, spam)
    return counter, bayes, normalize(counts[[place for place, is_spam in enumerate(spam) if is_spam]]).T.tocsr()


def load_tg_spam(state: Any) -> Judge:
    """Stop words, emoji, links, likeness to a sample, naive Bayes: any of them alarms."""
    from sklearn.preprocessing import normalize

    (counter, bayes, samples), least_length = state
    stop = re.compile("|".join(re.escape(phrase) for each in phrases().values() for phrase in each))

    def judge(texts: Sequence[str]) -> list[str]:
        answers = []
        for chunk in _chunks(texts):
            counts = counter.transform(chunk)
            likeness = (normalize(counts) @ samples).max(axis=1).toarray().ravel()
            chances = bayes.predict_proba(counts)[:, 1]
            for text, like, chance in zip(chunk, likeness, chances, strict=True):
                by_samples = len(text) >= least_length and (like >= SIMILAR or chance > LIKELY)
                many = len(EMOJI.findall(text)) > MOST_EMOJI or len(LINK.findall(text)) > MOST_LINKS
                answers.append(SCAM if by_samples or many or stop.search(text) else NONE)
        return answers

    return judge


# SpamAssassin


def load_spamassassin(_: None) -> Judge:
    """Local tests only, each text as the body of a small mail; the program starts once for all of them."""

    def judge(texts: Sequence[str]) -> list[str]:
        box = b"".join(_mail(number, text) for number, text in enumerate(texts))
        done = subprocess.run(["spamassassin", "-L", "--mbox"], input=box, capture_output=True, check=True)
        found = re.findall(rb"^X-Spam-Status: (Yes|No)", done.stdout, re.MULTILINE)
        if len(found) != len(texts):
            sys.exit(f"SpamAssassin: {len(texts)} mails in, {len(found)} out")
        return [SCAM if status == b"Yes" else NONE for status in found]

    return judge


def _mail(number: int, text: str) -> bytes:
    mail = EmailMessage()
    mail["From"] = "sender@example.com"
    mail["To"] = "reader@example.com"
    mail["Subject"] = "message"
    mail["Date"] = "Sat, 21 Nov 2026 12:00:00 +0800"
    mail["Message-ID"] = f"<{number}@example.com>"
    mail.set_content(text, charset="utf-8", cte="base64")
    return b"From sender@example.com Sat Nov 21 12:00:00 2026\n" + mail.as_bytes() + b"\n"


PEERS = {
    "antifraud": Peer("antifraud", load_antifraud),
    "words": Peer("jieba, TF-IDF, LR", load_linear, train_words, ("jieba", "sklearn")),
    "words+": Peer("the same, also public sets", load_linear, train_words, ("jieba", "sklearn"), public_too=True),
    "characters": Peer("characters, TF-IDF, LR", load_linear, train_characters, ("sklearn",)),
    "characters+": Peer("the same, also public sets", load_linear, train_characters, ("sklearn",), public_too=True),
    "characters+strict": Peer("the same, from 0.9 only", load_strict, train_characters, ("sklearn",), public_too=True),
    "tg-spam": Peer("tg-spam's way", load_tg_spam, train_tg_spam, ("sklearn",), categories=False),
    "tg-spam-words": Peer(
        "tg-spam's way on jieba words", load_tg_spam, train_tg_spam_words, ("jieba", "sklearn"), categories=False
    ),
    "regex": Peer("regular expression", load_regex, modules=("yaml",)),
    "spamassassin": Peer("SpamAssassin -L", load_spamassassin, program="spamassassin", categories=False, sample=300),
}
