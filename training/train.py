"""Train the linear model of `classify` from corpus/, and write data/model/linear.json.

    python training/train.py                      train and write
    python training/train.py --evaluate           five-fold figures on the corpus itself
    python training/train.py --extra FOLDER       add public sets whose licence allows it (docs/model.md)

Same corpus, same versions of numpy and scikit-learn: same bytes.
"""

from __future__ import annotations

import argparse
import json
import sys
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from antifraud_cli.knowledge import textdata  # noqa: E402
from antifraud_cli.knowledge.document import Collector  # noqa: E402
from antifraud_cli.messages.linear import SHORTEST, grams_of  # noqa: E402
from antifraud_cli.text.normalize import Normalizer  # noqa: E402

LEAST_TEXTS = 3
"""An n-gram must stand in this many texts to be learnt."""
MOST_GRAMS = 80_000
"""Those that weigh most when all are learnt. What is rare but telling is among them; choosing by counts alone lost it."""
PENALTY = 15.0
"""C of the regression that tells scams from the rest: larger fits the corpus more closely, smaller finds more of what is unlike it."""
SURENESS = 2.0
"""The penalty on weights keeps the regression from saying clearly what is a scam; its logit is taken times this."""
PRIOR = -0.2
"""Added to the logit: of the texts learnt from about half are scams, of the messages that people get far fewer."""
NOTICES = 8.0
"""So many times one of our own genuine notices counts: scams dress up as them, and they are far fewer than tales of scams."""
NOTICE = "legit_notice"
"""The kind of a genuine notice in the corpus."""
NONE = "none"
SCAM = "scam"
"""The label of a scam whose script is not told: it teaches what is a scam, not which."""
PIECE = 200
"""Characters of a long public text that are taken: calls are pasted in pieces, and whole ones would outweigh our short texts."""


def read_corpus(folder: Path) -> list[dict[str, Any]]:
    """All rows of the corpus, in a fixed order."""
    rows = []
    for path in sorted(folder.glob("*/*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                rows.append({**json.loads(line), "file": path.stem})
    return rows


PUBLIC = {
    "nus_sms_zh.jsonl": {"ham": (NONE, 8)},
    "fbs_sms.jsonl": {
        "AD:Retail": (NONE, 3),
        "AD:Network_service": (NONE, 3),
        "AD:Real_estate": (NONE, 3),
        "Other": (NONE, 1),
        "FR:Phishing(Bank)": ("phishing_link", 4),
        "IL:Gambling": ("gambling", 4),
        "FR:Financial": ("fake_investment", 2),
    },
    "teleantifraud_dialogues.jsonl": {
        "normal:*": (NONE, 1),
        "fraud:*": (SCAM, 4),
    },
}
"""Public sets whose licence allows training (docs/model.md): file -> publisher's label -> our label, and every how
manyth text is taken, so that they do not outweigh our own."""


def read_extra(folder: Path) -> Iterator[dict[str, Any]]:
    """The texts of the public sets that lie in `folder`."""
    for name, labels in PUBLIC.items():
        path = folder / name
        if not path.is_file():
            print(f"without {name}: the model will differ")
            continue
        by_label: dict[str, list[str]] = {}
        for row in map(json.loads, path.open(encoding="utf-8")):
            label = str(row["label"])
            key = label if label in labels else f"{label.partition(':')[0]}:*"
            if key in labels:
                by_label.setdefault(key, []).append(row["text"])
        for key, texts in by_label.items():
            label, every = labels[key]
            for number, text in enumerate(texts[::every]):
                shown = piece_of(text, number) if label == SCAM else text
                yield {"text": shown, "label": label, "file": path.stem, "voice": "public"}


def piece_of(text: str, number: int) -> str:
    """A piece of a text that begins with one of its lines, each time further on, so that all parts of a call occur."""
    begin = text.rfind("\n", 0, number * 61 % max(len(text) - PIECE, 1) + 1) + 1
    return text[begin : begin + PIECE]


def frequent(grams: Iterable[set[str]]) -> list[str]:
    """The n-grams that stand in enough texts."""
    total: Counter[str] = Counter()
    for found in grams:
        total.update(found)
    return sorted(gram for gram, count in total.items() if count >= LEAST_TEXTS and "\n" not in gram)


def rarity_of(vocabulary: list[str], grams: Iterable[set[str]], texts: int) -> np.ndarray:
    """The square of the inverse document frequency of each n-gram, as a whole number from 1 to 255.

    Squared, because what nearly all texts share says nothing: the frequency itself left three times as many alarms.
    """
    count: Counter[str] = Counter()
    for found in grams:
        count.update(found)
    squares = np.array([(np.log((1 + texts) / (1 + count[gram])) + 1) ** 2 for gram in vocabulary])
    return np.maximum(np.round(255 * squares / squares.max()), 1)


def matrix(grams: list[set[str]], vocabulary: list[str], rarity: np.ndarray) -> csr_matrix:
    """One row a text: the rarity of each known n-gram in it, scaled to length 1, or below where the text is short."""
    place = {gram: index for index, gram in enumerate(vocabulary)}
    indices: list[int] = []
    values: list[float] = []
    starts = [0]
    for found in grams:
        known = sorted(place[gram] for gram in found if gram in place)
        indices += known
        values += (rarity[known] / np.sqrt(SHORTEST + (rarity[known] ** 2).sum())).tolist()
        starts.append(len(indices))
    return csr_matrix((values, indices, starts), shape=(len(grams), len(vocabulary)))


def scam_or_not(values: csr_matrix, is_scam: np.ndarray, counts: list[float]) -> LogisticRegression:
    """The regression that tells scams from the rest; `counts` says how many times each text counts."""
    # Solved to the end: stopped early, as lbfgs does by default, the same corpus gave now this and now that for single texts.
    model = LogisticRegression(
        C=PENALTY, class_weight="balanced", solver="liblinear", tol=1e-5, max_iter=5000, random_state=7
    )
    return model.fit(values, is_scam, sample_weight=counts)


class Trained:
    """Both models, before they are packed."""

    def __init__(self, grams: list[set[str]], rows: list[dict[str, Any]]) -> None:
        counts = [NOTICES if row.get("kind") == NOTICE else 1.0 for row in rows]
        names = np.array([row["label"] for row in rows])
        is_scam = names != NONE
        is_told = is_scam & (names != SCAM)
        everything = frequent(grams)
        values = matrix(grams, everything, rarity_of(everything, grams, len(grams)))
        weights = np.abs(scam_or_not(values, is_scam, counts).coef_[0])
        power = weights * np.sqrt(np.asarray(values.multiply(values).mean(axis=0)).ravel())
        self.vocabulary = [everything[place] for place in np.sort(np.argsort(-power, kind="stable")[:MOST_GRAMS])]
        self.rarity = rarity_of(self.vocabulary, grams, len(grams))
        values = matrix(grams, self.vocabulary, self.rarity)
        self.scam = scam_or_not(values, is_scam, counts)
        self.script = LogisticRegression(C=40.0, class_weight="balanced", max_iter=1000, random_state=7).fit(
            values[is_told], names[is_told]
        )

    def opinions(self, grams: list[set[str]]) -> tuple[np.ndarray, np.ndarray]:
        """Probability of a scam, and of each category given a scam."""
        rows = matrix(grams, self.vocabulary, self.rarity)
        return 1 / (1 + np.exp(-PRIOR - SURENESS * self.scam.decision_function(rows))), self.script.predict_proba(rows)

    def packed(self) -> dict[str, Any]:
        """What `LinearModel` loads."""
        # Rarity is in the weights already, so that a text's are only summed.
        scam, scam_scale = _bytes(SURENESS * self.scam.coef_[0] * self.rarity)
        scripts, script_scale = _bytes((self.script.coef_ * self.rarity).T.ravel())
        return {
            "grams": "\n".join(self.vocabulary),
            "rarity": b64encode(bytes(self.rarity.astype(int).tolist())).decode(),
            "scam": scam,
            "scam_scale": scam_scale,
            "scam_bias": round(SURENESS * float(self.scam.intercept_[0]) + PRIOR, 6),
            "scripts": scripts,
            "script_scale": script_scale,
            "script_bias": [round(float(value), 6) for value in self.script.intercept_],
            "categories": [str(name) for name in self.script.classes_],
        }


def _bytes(weights: np.ndarray) -> tuple[str, float]:
    """Weights as bytes around 128, and the value of one step; the rare extremes are cut."""
    scale = float(np.quantile(np.abs(weights), 0.9995)) / 127
    steps = np.clip(np.round(weights / scale), -127, 127).astype(int) + 128
    return b64encode(bytes(steps.tolist())).decode(), round(scale, 9)


def evaluate(grams: list[set[str]], rows: list[dict[str, Any]]) -> None:
    """Five folds over the corpus: how the model alone does on texts that it has not seen."""
    labels = [row["label"] for row in rows]
    order = np.random.default_rng(7).permutation(len(rows))
    found = alarms = right = told = scams = innocents = 0
    for fold in range(5):
        held = set(order[fold::5].tolist())
        train = [index for index in range(len(rows)) if index not in held]
        test = sorted(held)
        model = Trained([grams[i] for i in train], [rows[i] for i in train])
        scam, script = model.opinions([grams[i] for i in test])
        names = model.script.classes_
        for index, probability, shares in zip(test, scam, script, strict=True):
            if labels[index] == NONE:
                innocents += 1
                alarms += probability >= 0.5
            else:
                scams += 1
                found += probability >= 0.5
                if labels[index] != SCAM:
                    told += 1
                    said = names[shares.argmax()]
                    right += said == labels[index] or said in rows[index].get("also", ())
    print(
        f"scams {scams}: found {found / scams:.3f}, category {right / told:.3f}; innocent {innocents}: alarm {alarms / innocents:.3f}"
    )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--extra", type=Path)
    parser.add_argument("--evaluate", action="store_true")
    options = parser.parse_args()
    normalize = Normalizer(textdata.read(REPOSITORY / "data", Collector()))
    rows = read_corpus(REPOSITORY / "corpus")
    if options.extra:
        rows += read_extra(options.extra)
    grams = [grams_of(normalize(row["text"]).text) for row in rows]
    print(f"{len(rows)} texts, {sum(row['label'] != NONE for row in rows)} of them scams")
    if options.evaluate:
        evaluate(grams, rows)
        return
    target = REPOSITORY / "data/model/linear.json"
    target.parent.mkdir(exist_ok=True)
    stored = Trained(grams, rows).packed()
    target.write_text(json.dumps(stored, ensure_ascii=False, sort_keys=True, indent=0), encoding="utf-8")
    print(f"{target}: {target.stat().st_size // 1024} KiB, {stored['grams'].count(chr(10)) + 1} n-grams")


if __name__ == "__main__":
    main()
