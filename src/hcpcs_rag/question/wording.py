"""How questions are worded: what is polar, what turns a rule, which words an answer must speak to."""

from __future__ import annotations

import re

from hcpcs_rag import facets, lexicon
from hcpcs_rag.domain import Facet, Question
from hcpcs_rag.language import stem
from hcpcs_rag.vocabulary import Concept, concepts, exacting

_POLAR = re.compile(
    r"(?:^|[,.;:?!-]\s*|\b(?:so|and|but|hi|hello|wondering|know)\s+(?:if\s+)?)(?:can|could|does|do|is|are|will|would|may|should|am|did|was|were|has|must)\b"
    r"|\b(?:allowed|ok|okay|billable together|compatible|right)\s*\?|\bok (?:with|to)\b|\bwhether\b",
    re.IGNORECASE,
)
_CAN_WE = re.compile(r"\b(?:can|may|could|should) (?:i|we)\b", re.IGNORECASE)
OPEN_WORD = re.compile(r"\W*\b(?:what|which|who|where|when|why|how)\b", re.IGNORECASE)
TOGETHER = re.compile(
    r"\b(?:with|together|alongside|same (?:claim|day|time)|pair(?:s|ed)?|combin(?:e|ed|ation)|along|at once|on ?top|ok for|right for|on an?|for an?)\b"
    r"|\bgo(?:es)?\b",
    re.IGNORECASE,
)
PAIRING = re.compile(
    r"\b(?:suppl(?:y|ies)|accessor(?:y|ies)|consumables?|disposables?|go(?:es)? (?:along )?with|used? with|bill(?:ed|able)? with|pair(?:s|ing)?(?: (?:it|them|this|up))? with|paired"
    r"|compatible|belongs? (?:to|with)|work(?:s)? with|along with|together with|what (?:else )?(?:can|do|should) (?:i|we) (?:bill|use) with"
    r"|which pumps?|what pumps?|(?:pump|supply|accessory) codes|combin(?:e|ed|ation))\b",
    re.IGNORECASE,
)
REVERSE = re.compile(
    r"\b(?:(?:which|what|whats|what's|the|a|find|need|give me|looking for|correct|right)\s+(?:is\s+)?(?:the\s+)?(?:correct\s+|right\s+|proper\s+)?"
    r"(?:hcpcs|medicare|level ii|billing)?\s*(?:level ii\s+)?(?:codes?|hcpcs)\b(?! (?:[a-v]\d{4}|set|system))|code\s+(?:for|to (?:use|bill|report))"
    r"|(?:codes?|hcpcs)\s*\??$|hcpcs\s+(?:code\s+)?for|how (?:do|should|would|can) (?:i|we|you) (?:bill|code|report)(?: for)?|codes\s+for|all (?:the )?codes|[a-v][ -]codes?)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")
_DESCRIPTIVE = frozenset(
    stem(word) for word in ("equipment", "device", "drug", "new", "document", "service", "replacement")
)
"""Words of ``GENERIC`` that do describe a thing whose code is sought."""
_NOT = re.compile(
    r"\b(?:not|never|cannot|unbillable|incompatible|excluded|prohibited)\b|n't\b|\bcant\b|\bdont\b", re.IGNORECASE
)
_ASKS_LEAVE = re.compile(r"\b(?:can|may|could|should|allowed|ok|okay|billable|permitted)\b", re.IGNORECASE)
_COURTESY = re.compile(
    r"\W*(?:(?:hi|hello|hey|good (?:morning|afternoon|evening)|thanks?(?: you| a lot| so much)?|thank you|ty|thx|great|perfect|ok(?:ay)?"
    r"|got it|bye|cheers|very much|there|all|team)\W*)+",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:den(?:y|ied)|reject(?:ed)?|avoid|wrong|incompatible)\b", re.IGNORECASE)
_TURNED = re.compile(
    r"\b(?:not|never|cannot|non-?\w+|den(?:y|ied)|reject(?:ed)?|incompatible|avoid|prohibited|mutually|exclusive|includ\w+|part of|bundled"
    r"|unbundl\w+|requir\w+|need(?:ed)?|only|same as|separate(?:ly)?|wrong|other than|without|instead|besides|except|discontinued"
    r"|terminated|ended|expired|deleted|invalid|inactive|exclud\w+|exclusive|incorrect|improper|problem|trouble|issue|error|against|conflict\w*|must|ha(?:ve|s) to|always|no|mistake|wrong\w*"
    r"|same (?!claim|day|date|time|line|dos|month|visit))\b|n't\b",
    re.IGNORECASE,
)
_SUCCESSOR = re.compile(
    r"\b(?:what|which)(?: new| current)?(?: hcpcs)?(?: codes?)?(?: has| have| now)? replace[sd]?\b|\breplaced (?:by|with)\b"
    r"|\breplacement (?:hcpcs )?code\b|\bsupersed\w+|\bsuccessor\b|\bcrosswalk(?:s|ed)?\b",
    re.IGNORECASE,
)
_INSTEAD = re.compile(r"\binstead\b", re.IGNORECASE)
_QUALIFIED = re.compile(
    r"\b(?:more|less|than|before|after|until|over|each|every|during|once|per|like)\b", re.IGNORECASE
)
"""Words that ask for more of a pair than whether it goes together: when, how often, which is more."""
_SEPARATELY = re.compile(r"\bseparate(?:ly)?\b", re.IGNORECASE)
_IDENTIFIER = re.compile(r"(?<![A-Za-z0-9])[A-Z]{1,4}-?\d{2,}[A-Z0-9.]*(?![A-Za-z0-9])")
_LETTERS_FOR_DIGITS = str.maketrans("OIL", "011")
_OTHER_SYSTEM = re.compile(
    r"\b(cpt|icd(?:-?(?:9|10))?(?:-?cm)?|ndc|cdt|drg|revenue code)s?\b\s*(?:codes?\s*)?(?:for\b|goes\b|go\b|support|that\b|do\b|would\b|crosswalk|\?|$)",
    re.IGNORECASE,
)
GENERIC = frozenset(
    stem(word)
    for word in """code codes hcpcs cpt level ii medicare mcr cms bill billing billed bills claim claims number item items
    service services type kind kinds info information rule rules requirement requirements require required
    requires need allowed allow apply applies common commonly usual usually typical correct proper right
    work works dos date dates modifier modifiers mod answer told tell find list codeset official officially
    current latest release set correctly generally possible possibly equipment device supplier suppliers
    provider coder coding complete full exact setup line plain english qty cover covers covered way best sure people person make makes made stuff put add
    append attach happen happens forget forgot mean show state states call look keep take come page pages listed website site source
    sources document drug reason reasons machine machines lcd ncd policy policies article articles replace replaced replacement replacing change changed
    difference differences differ different compare compared comparison versus distinguish alike better title""".split()
)
"""Stems that say nothing about what an answer must hold: the trade's small change."""


_JOINING = frozenset(
    stem(word)
    for word in """bill billed billing billable use used usable report submit claim code go goes pair work combine combination
    together with alongside along cover covered coverage allow allowed okay fine compatible pay paid payable payment
    supply supplies accessory item equipment device pump kit put add order dispense provide furnish patient pt medicare
    cms mcr correct right proper valid legit hcpcs line form both two pair same it them top ontop
    possible possibly permitted permit append send charge code codes member beneficiary client customer person people company
    get give wondering know ask question please thanks
    addition additional confirm check whether combo take accept team office""".split()
)
"""Stems that only say that codes are used, billed or paid for together."""


def wanted(question: Question) -> tuple[Concept, ...]:
    """Return the concepts an answer must speak to, besides the codes and facets asked for."""
    return concepts(" ".join(question.terms), GENERIC)


def topic(question: Question) -> tuple[Concept, ...]:
    """Return the concepts that describe a thing whose code is sought, facet words included."""
    text = codes_removed(question.standalone)
    return concepts(REVERSE.sub(" ", text), GENERIC - _DESCRIPTIVE)


def thing_meant(question: Question) -> tuple[Concept, ...]:
    """Return the concepts of the thing that a question without a code is about, without what it asks of the thing."""
    text = facets.without_wording(lexicon.spell_out(question.standalone), question.facets)
    return concepts(REVERSE.sub(" ", text), GENERIC)


def thing_asked(question: Question) -> str:
    """Return the words that describe a thing whose code is sought, in their order, those that bind them included."""
    text = REVERSE.sub(" ", codes_removed(question.standalone))
    if question.kind == "attribute":  # what is asked of the thing is no part of it
        text = facets.without_wording(text, question.facets)
    return _WORD.sub(lambda m: "" if stem(m.group().lower()) in GENERIC - _DESCRIPTIVE else m.group(), text).strip()


def demanded(question: Question) -> tuple[Concept, ...]:
    """Return what an answer must name itself: another payer, and the number of a document ("L33830")."""
    text = codes_removed(question.standalone)
    names = [n for n in _IDENTIFIER.findall(text) if n.translate(_LETTERS_FOR_DIGITS) not in question.codes]
    literal = tuple(c for name in dict.fromkeys(names) for c in concepts(name))
    return exacting(f"{text} {question.told}") + literal


def codes_removed(text: str) -> str:
    """Return ``text`` without the codes in it, those with a letter for a digit included."""
    return re.sub(r"(?<![A-Za-z0-9])[A-Va-v][\s-]?(?=\w*\d\w*\d)[0-9OILoil]{4}(?![A-Za-z0-9])", " ", text)


def other_system(text: str) -> str | None:
    """Return the code system a message asks codes of, where that is not HCPCS Level II."""
    match = _OTHER_SYSTEM.search(text)
    return match.group(1).upper() if match else None


def asks_definition(question: Question) -> bool:
    """Say whether a message asks what something is or means."""
    return bool(facets.BY_NAME[Facet.DEFINITION].asked.search(question.standalone))


def is_courtesy(text: str) -> bool:
    """Say whether a message is only thanks or a greeting."""
    return bool(_COURTESY.fullmatch(text))


def asks_plainly(question: Question) -> bool:
    """Say whether a yes/no question asks for leave in plain words ("can I bill A with B").

    "Will it be denied", "is it included in" or "is it only for" turn the sense of a rule, or ask for
    another thing, so that no rule's polarity answers them with Yes or No.
    """
    return is_polar(question) and not _TURNED.search(question.message)


def asks_of_pair_alone(question: Question, described: set[str]) -> bool:
    """Say whether a question about two codes asks whether they go together, and nothing beyond that.

    It says so with a word of joining, and names no number that is not a code's.

    Every word must be one of joining and billing, or describe the codes (``described`` holds the stems that do): in
    "limited to two a month with B", "incorrect with B", "for asthma" or "in 2015" another word decides, and a rule
    between the codes does not answer it.
    """
    if question.on is not None:
        return False
    text = re.sub(
        r"\bsame (?:claim|day|date|time|line|dos)\b",
        "together",
        codes_removed(question.standalone),
        flags=re.IGNORECASE,
    )
    joined = TOGETHER.search(text) or re.search(
        r"\b(?:compatible|besides|plus|and|also|too|as well|both|in addition|combo)\b|\+|&", text, re.IGNORECASE
    )
    if not joined or re.search(r"\d", text) or _QUALIFIED.search(text):
        return False
    return all(concept.met_by(described) for concept in concepts(text, _JOINING))


def turns(word: str) -> bool:
    """Say whether a word turns the sense of a question, so that a sentence need not hold it to answer."""
    return bool(_TURNED.fullmatch(word))


def asks_separately(question: Question) -> bool:
    """Say whether a yes/no question asks plainly whether a thing may be billed separately."""
    without = _SEPARATELY.sub(" ", question.message)
    return is_polar(question) and without != question.message and not _TURNED.search(without)


def asks_successor(question: Question) -> bool:
    """Say whether a message asks what to use in place of a code."""
    return bool(_SUCCESSOR.search(codes_removed(question.standalone)))


def asks_instead(question: Question) -> bool:
    """Say whether a message asks for something "instead", which may be what replaced a code or what goes with another."""
    return bool(_INSTEAD.search(question.standalone))


def asks_leave(question: Question) -> bool:
    """Say whether a yes/no question asks for leave to do something, without a "not" in it."""
    polar = is_polar(question) and _ASKS_LEAVE.search(question.message)
    return bool(polar) and not _NOT.search(question.message) and not _DENIED.search(question.message)


def asks_what_not(question: Question) -> bool:
    """Say whether a pairing question asks for the codes that do not go together."""
    return bool(_NOT.search(question.message))


def is_polar(question: Question) -> bool:
    """Say whether a message is a yes/no question; "can I" may ask one without a comma before it."""
    text = question.standalone
    told = _CAN_WE.search(text)
    polar = _POLAR.search(text) or (told and not OPEN_WORD.search(text[: told.start()]))
    return bool(polar) and not OPEN_WORD.match(text)
