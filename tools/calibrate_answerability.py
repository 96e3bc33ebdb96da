"""Where the weights and the threshold of ``writer.selection`` come from.

    python tools/calibrate_answerability.py ~/.cache/hcpcs-rag/evals

Reads the dev halves of the question sets and, besides, questions made by rule that no page can answer: templates
about traits ("is {code} latex free") for sampled codes whose pages lack the trait's word. For the sentence that fits
each question best it fits a logistic regression of "an answer" on cosine and on the share of what is asked that the
sentence meets. Needs the indexes that ``hcpcs-rag eval`` leaves in its work folder. Prints the weights, the
cross-validated AUC, and what the assistant as it is makes of the questions that have no answer.
"""

import random
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict

from hcpcs_rag.assistant import Assistant
from hcpcs_rag.domain import Question, Turn
from hcpcs_rag.evaluation import suite
from hcpcs_rag.evaluation.questions import Expected, load
from hcpcs_rag.index.opened import Index
from hcpcs_rag.retrieval import Found, retrieve
from hcpcs_rag.settings import Settings
from hcpcs_rag.writer.selection import CARRIERS, SHARE_WEIGHT, residual_of, share, usable

EVALS = Path(__file__).resolve().parent.parent / "evals"
TRAITS = {
    "is {} FAA approved": "faa", "what is the shelf life of {}": "shelf", "is {} latex free": "latex",
    "can {} go through an MRI": "mri", "what is the storage temperature for {}": "temperature", "who invented {}": "invent",
    "how loud is {}": "loud", "does {} need an internet connection": "internet", "is {} taxable": "tax",
    "which country makes {}": "country", "how do you clean {}": "clean", "what is the failure rate of {}": "failure",
    "where can a patient buy {} online": "online", "can {} be taken on a cruise ship": "cruise",
    "does the VA pay for {}": "veteran", "is {} waterproof": "waterproof", "how many people used {} last year": "people",
    "does {} need assembly": "assembl", "is there a recall on {}": "recall", "what voltage does {} use": "volt",
    "does {} require a signature at delivery": "signatur", "which revenue center goes with {}": "revenue",
    "what is the global period for {}": "global", "is {} on the NCCI edits": "ncci", "what diagnosis supports {}": "diagnos",
    "which ICD-10 goes with {}": "icd", "does {} need a face to face visit": "face",
    "how long does the claim for {} take to process": "process", "is {} subject to competitive bidding": "bidding",
    "what is the appeal deadline for {}": "deadline", "can {} be billed by a chiropractor": "chiropract",
    "how often is {} audited": "audit", "what is the copay for {}": "copay", "is {} exempt from the deductible": "deductible",
    "what is the ASC payment indicator for {}": "asc", "does {} require a consent form": "consent",
    "is telehealth allowed for {}": "telehealth", "what color is {}": "color", "how heavy is {}": "heavy",
    "who manufactures {}": "manufactur", "warranty on {}?": "warranty", "{} battery life": "battery",
}  # fmt: skip
PER_TRAIT = 6
SEED = 5


@dataclass
class Case:
    """The best sentence for a question: its cosine, its share, and whether it is an answer."""

    cosine: float
    share: float
    answers: bool
    made: bool


def best_sentence(question: Question, index: Index) -> tuple[Found | None, list[Found]]:
    """Return the sentence that fits best, and the best three."""
    evidence = retrieve(question, index)
    residual = residual_of(evidence)
    if question.kind not in ("open", "attribute") or not residual:
        return None, []
    faceted = bool(set(question.facets) - CARRIERS)
    weighed = [replace(f, coverage=share(f, residual, faceted)) for f in evidence.found if usable(f)]
    ranked = sorted(weighed, key=lambda f: -(f.meaning + SHARE_WEIGHT * f.coverage))
    return (ranked[0] if ranked else None), ranked[:3]


def case_of(question: Question, index: Index, gold: Expected) -> Case | None:
    """Return the case of a question with gold; none where an answerable one has no answering sentence on top."""
    best, three = best_sentence(question, index)
    if best is None:
        return None
    answered = any(gold.all and all(p.search(f.quote.text) for p in gold.all) for f in three)
    if gold.status == "answered" and not answered:
        return None
    return Case(best.meaning, best.coverage, gold.status == "answered", made=False)


def dev_cases(work: Path) -> list[Case]:
    """Return the cases of the dev halves."""
    cases = []
    for one in suite.load(EVALS):
        if one.kind != "questions" or one.missing() or one.name == "seeds-beside-policies":
            continue
        index = Index(work / one.source.name, Settings())
        assistant = Assistant(index)
        for item in load(one.file):
            history: list[Turn] = []
            for message, gold in zip(item.turns, item.expected, strict=True):
                history.append(assistant.ask(message, history)[1])
                if item.split == "dev" and gold and (case := case_of(history[-1].question, index, gold)):
                    cases.append(case)
    return cases


def made_cases(index: Index) -> tuple[list[Case], list[str], int]:
    """Return the cases of made questions, those the assistant answers, and how many there are."""
    assistant = Assistant(index)
    pages = [index.page(p) for p in index.page_ids() if "/" not in p]
    codes = sorted({code for page in pages for code in page.subjects if len(code) == 5})
    cases, answered, asked = [], [], 0
    chance = random.Random(SEED)
    for template, trait in TRAITS.items():
        for code in chance.sample(codes, min(PER_TRAIT, len(codes))):
            if any(trait in page.text.lower() for page in index.pages_about(code) + index.pages_mentioning(code)):
                continue
            asked += 1
            answer, turn = assistant.ask(template.format(code))
            if answer.status == "answered":
                answered.append(f"{template.format(code)} → {answer.text[:100]!r}")
            best, _ = best_sentence(turn.question, index)
            if best:
                cases.append(Case(best.meaning, best.coverage, answers=False, made=True))
    return cases, answered, asked


def main() -> None:
    """Fit and print."""
    work = Path(sys.argv[1]).expanduser()
    made, answered, asked = made_cases(Index(work / "corpus", Settings()))
    cases = dev_cases(work) + made
    features = np.array([[c.cosine, c.share] for c in cases])
    labels = np.array([c.answers for c in cases])
    model = LogisticRegression(C=10, max_iter=1000)
    chances = cross_val_predict(model, features, labels, cv=10, method="predict_proba")[:, 1]
    model.fit(features, labels)
    cosine, share_ = model.coef_[0]
    at = (np.log(0.4 / 0.6) - model.intercept_[0]) / cosine
    declined = sum(not c.answers and not c.made for c in cases)
    print(f"{labels.sum()} with an answer, {declined} to be declined, {len(made)} made")
    print(
        f"{cosine:.1f} cosine + {share_:.1f} share {model.intercept_[0]:+.1f}; to scale: share {share_ / cosine:.2f}, threshold {at:.3f}"
    )
    aucs = [roc_auc_score(labels, x) for x in (chances, features[:, 0], features[:, 1])]
    print("AUC cross-validated {:.3f}, cosine alone {:.3f}, share alone {:.3f}".format(*aucs))
    print(f"The assistant answers {len(answered)} of {asked} made questions:")
    print("\n".join(f"  {line}" for line in answered))


if __name__ == "__main__":
    main()
