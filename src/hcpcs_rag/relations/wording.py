"""How wording ties two groups of codes together: "A bill with B", "use B instead of A", and the polarity."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hcpcs_rag.domain import RelationKind

MAX_BETWEEN = 300
"""Characters between two groups beyond which nothing ties them, and of the rest that is looked at."""
OBJECT_WORDS = 14
"""Words allowed between "with" and the codes it governs: a noun phrase, not a clause."""


@dataclass(frozen=True, slots=True)
class Ties:
    """What is found between two groups; ``turned`` if the right one is the rule's first side."""

    kind: RelationKind
    turned: bool = False


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


# Words that may stand between a group of codes and the verb that ties it: auxiliaries and the like.
_CONDITIONED = r"(?:covered|payable|allowed|denied)(?=\s+(?:only\s+)?(?:when|if|unless)\s+(?:it|they|used|billed)\b)"
_AUX = (
    r"(?:is|are|be|being|been|was|were|must|may|can|cannot|could|should|shall|will|would|has|have|to|do|does|only|also|not|never"
    r"|always|when|if|unless|that|which|it|they|separately|considered|supplies|supply|codes?|hcpcs|typically|commonly|usually"
    rf"|generally|properly|correctly|reasonable(?: and|,| or) necessary|{_CONDITIONED})"
)
# A name in brackets, or what the thing is for: "Bill A4221 for catheter supplies with"
_NAME = r"(?:\s*[(\[][^()\[\]]{1,60}[)\]]|\s+for(?:\s+(?!use\b)[a-z-]+){1,5}?(?=\s+(?:with|together|along)\b))?"
# How one is used, between the verb and "with": "on its own line", "once per month". No clause, no denial, no second verb.
_GAP = (
    r"(?:(?!(?:not|no|never|and|or|but|if|when|unless|that|which|who|with|is|are|was|were|must|may|should|will|can|cannot"
    r"|instead|rather|from|denied|included)\b)[\w'-]+,?\s+){0,6}?"
)
_SAME_AS = r"(?:on|in|during|within|for|at)\s+the\s+same\s+[\w-]+(?:\s+[\w-]+)?\s+(?:as|with)"
_WITH = _compile(
    rf"^{_NAME}[\s)\]*,:.\"”]*(?:{_AUX}[\s,]+)*"
    r"(?P<verb>used|use|billed|bill|billable|reported|report|submitted|coded|covered|payable|paid|allowed|compatible|paired|pairs?"
    r"|goes|go|works?|dispensed|provided|ordered|furnished|administered|required|requires?|for use|intended|designed"
    r"|reimbursed|placed|combined)?\s*"
    r"(?:(?:only|together|along|exclusively|separately|directly|in (?:conjunction|combination)|for use|solely|to be used)\s+)*"
    rf"(?P<with>with|using|via|when|if|alongside|in addition to|(?:(?<=\s)|^){_GAP}(?:in addition to|together with|alongside|{_SAME_AS})"
    r"|(?<=paid\s)(?:only\s+)?to\s+(?:\w+\s+)?with|(?:once|one) (?:\w+ )?with(?: each| every)?)\b(?P<object>.*)$"
)
_ONLY_WITH = _compile(
    rf"^{_NAME}[\s)]*(?:is|are)\s+(?:only|solely|exclusively)\s+(?:for|with|to be used with)\s+(?P<object>.*)$"
)
_FOR_USE_WITH = _compile(
    r"^[^;:.]{0,30}\b(?:is|are|may be|must be)\s+(?P<how>[^;:.]{0,80}?)\bfor use (?:only )?with\s+(?P<object>.*)$"
)
_BILL_IT = _compile(
    r"[:;,.]\s*(?P<no>do not |never |don't )?(?:bill|use|report|submit|pair) (?:it|them) (?:only )?(?:together )?with\s+(?P<object>[^:;]*)$"
)
_IMPERATIVE = _compile(
    r"(?:\b(?P<no>do not|don't|never|must not|should not|cannot|may not)\s+)?\b(?:bill|use|report|submit|pair|code|order|combine)"
    r"\s+(?:only\s+)?(?:the\s+)?(?:[\w-]+\s+){0,4}?(?:codes?\s+)?[(\"“*]*$"
)
_WHICH_USE = _compile(r"^[\s)\]]*,?\s*which\s+(?:use|uses|require|requires|take|takes)\s+(?P<object>.*)$")
_DENIED_WHEN = _compile(
    r"^[^;:.]{0,80}?\b(?:will|shall|would|is|are|may)\s+(?:also\s+)?(?:be\s+)?(?:denied|rejected|not (?:be )?(?:paid|payable|covered|reimbursed))"
    r"(?:\s+as\s+[\w\s-]{3,50}?)?\s+(?:when|if)\s+(?:it is |they are )?(?:billed|used|reported|submitted|furnished|provided|dispensed)\s+"
    r"(?:together\s+|in combination\s+)?with\s+(?P<object>.*)$"
)
_FOR = _compile(r"^[\s)]*for\s+(?P<object>(?!.*\b(?:which|that|who)\b).*)$")
_PLUS = _compile(r"^[\s)]*(?:plus|\+|in combination with|together with)\s*[(]?(?:hcpcs )?(?:codes? )?$")
_NEGATOR = _compile(
    r"\b(?:not|never|cannot|no longer|isn't|aren't|don't|mustn't|shouldn't|incompatible|prohibited|unless|except|excluding|other than)\b"
)
_DENIED_FIRST = _compile(r"\b(?:denied|rejected)\b")
# A denial counts only as the predicate of the pair itself, at most after "on the same day".
_DENIED = _compile(
    r"^[\s)\]]*(?:(?:on|during|in|within|for|at) (?:the )?(?:same|time of|initial) [\w ]{3,20}?\s)?,?\s*"
    r"(?:will|shall|would|is|are|must|may|can)\s+(?:also\s+)?(?:be\s+)?"
    r"(?:denied|rejected|considered incorrect|incorrect coding|unbundling|not (?:be )?(?:covered|paid|payable|reimbursed|allowed|billable))\b"
    r"(?:\s+as\s+(?:incorrect coding|unbundl\w+|non-?covered|not (?:reasonable (?:and|or) necessary|medically necessary|separately payable))\b)?"
    r"(?!\s+(?:by|under)\s+(?!medicare\b))(?!\s+(?:if|when|unless|until|because)\b)"
)
_NEGATIVE = _compile(
    r"\b(?:not|no|neither|nor|never|cannot|incorrect\w*|errors?|erroneous\w*|wrong\w*|fraud\w*|prohibit\w*|refus\w*|deni\w*|deny"
    r"|reject\w*|returned|unprocessable|whether|unbundl\w*|improper\w*|invalid)\b|n't\b"
)
_REPLY = _compile(r"^\W*(?:yes|no)[.,:]\s+")  # a page's answer to a question of its own
_QUANTITY = _compile(
    r"\b(?:not|no) more than\b|,?\s*(?:but|and)\s+(?:no\s+|not\s+)?more than\b[^;.]*\b(?:denied|rejected|allowed|covered)\b"
)
_REASON = _compile(r",?\s+(?:because|since|as)\s+(?:an?|the|it|they|this|these|both)\b.*$")
_OWN_CLAUSE = _compile(
    r",?\s+(?:and|but|or|while|whereas)\s+(?:(?:is|are|must|may|can|cannot|should|will)\b[^;]*?\b[A-Z]\d{4}\b|[A-Z]\d{4}\b).*$"
)
"""A further verb with codes of its own: what it denies is another pair."""
_PAST = _compile(r"\b(?:before|prior to|until|through|in)\s+(?:[a-z]+\s+)?(?:\d{1,2},?\s+)?(?:19|20)\d\d\b")
_PAST_VERB = _compile(r"\b(?:could|was|were|had)\b")
_EXCEPT = _compile(
    r"\b(?:other than|except\w*|excluding|exclud\w+|but not|apart from|without|instead of|rather than)\b"
)
_CLOSES_CONDITION = _compile(
    r"^[\s)]*(?:(?:is|are)\s+)?(?:also\s+)?(?:covered|billed|used|provided|furnished|payable|required|on file|in use|in (?:the|their) home)\b"
)
_OTHER_PAYER_DENIES = _compile(r"^[^.;]{0,60}\b(?:covered|paid|payable|denied)\s+(?:by|under)\s+(?!medicare\b)")
_INCLUDED = _compile(
    rf"^{_NAME}[\s),]*(?:{_AUX}\s+)*(?:(?:included|bundled|packaged|part of)\s*(?:in|into|within|with)?"
    r"|(?:in|covered by|within) the (?:allowance|payment|rental|base rate)\s+(?:of|for))\s+(?P<object>.*)$"
)
_INCLUDES = _compile(
    r"^[\s)]*(?:already\s+)?(?:includes|contains?|takes in|covers)\s+(?P<object>(?!.*\b(?:for|of|to|with|used)\s)[\w\s,(*-]{0,60})$"
)
_NOR_SEPARATELY = _compile(
    r"^(?P<before>[^;.]*?),?\s+(?:and|so|or)\s+(?:(?:is|are|should|must|may|will|can|do)\s+)*(?:not|never|cannot)\b[^;.]*"
    r"\b(?:separate(?:ly)?|billed|bill|payable|paid|reported)\b[^;.]*"
)
"""After "A is included in B": that it is not billed besides says the same once more."""
_ONLY_FOR = _compile(r"^[^;.]{0,40}\b(?:only|not|unless|except)\b")
_INSTEAD = _compile(
    r"^[\s)]*(?:instead of|rather than|in place of|in lieu of|replaces|replaced|supersedes)\s+(?P<object>.*)$"
)
_REPLACED = _compile(r"^[\s)]*(?:was|is|has been|were|are)\s+(?:replaced|superseded)\s+(?:by|with)\s+(?P<object>.*)$")
_USE_FOR = _compile(r"^[\s)]*[,:;]?\s*(?:please\s+)?(?:use|report|bill|see|submit)\s+(?P<object>.*)$")
_INSTEAD_BEFORE = _compile(r"\b(?:instead of|in place of|in lieu of|rather than)\s+(?:[\w-]+\s+){0,3}[(]?$")
_INSTEAD_AFTER = _compile(r"^[\s)]*instead\b(?!\s+of)")
_USED_BEFORE = _compile(r"\b(?:use|bill|report|submit|see)\s+(?:[\w-]+\s+){0,3}[(]?$")
_NOT_WITH_THAT = _compile(
    r"^[\s),]*(?:and\s+|but\s+)?(?:not|never|rather than|instead of)\s+(?:with\s+)?(?P<object>.*)$"
)
_NEW_CLAUSE = _compile(
    r";|\.\s|,\s*(?:and|but|while|whereas|or)\s|\b(?:and|or|but)\s*$|\b(?:is|are|was|were|will|must)\b"
)
_FINITE = r"(?:is|are|was|were|must|may|can|cannot|could|should|shall|will|would|do|does)"
_LAST_CLAUSE = _compile(rf"^(?P<first>.*?),?\s+(?:and|but|or)(?P<last>\s+{_FINITE}\s+(?:{_AUX}\s+)*.*)$")
"""A second verb of the same subject: "A is part of the base rate and is not paid with B"."""
_NEW_SUBJECT = _compile(r"[;:.]|\b(?:which|that|who|when|if|unless|while|whereas)\b")
_CONTRAST = _compile(r"\b(?:distinct|different|separate|apart) from\b|\b(?:unlike|versus|vs|instead of|rather than)\b")
_NOT_SO = _compile(
    r"\b(?:wrongly|mistakenly|believe[sd]?|myth|formerly|previously|in the past|used to be|before (?:19|20)\d\d|prior to (?:19|20)\d\d"
    r"|until (?:19|20)\d\d)\b"
)
"""A rule reported as an error or as past is no rule."""


_PLAIN = _compile(
    r"^(?P<clause>[^;:.?]{0,140}?\b(?:use[ds]?|billed|paid|payable|payment|reimburs\w+|claimed|reported|submitted|covered|allowed|denied|rejected"
    r"|furnished|supplied|provided|dispensed|appears?|given|coded|accompan\w+)\b[^;:.?]{0,60}?)\b(?:with|alongside|beside|besides|in addition to|over and above|on top of"
    r"|only for|only on|solely for|solely on)\s+(?P<object>[^;:.?]*)$"
)
_BEYOND_PLAIN = _compile(
    r"\b(?:and|or|but|while|whereas|which|who|because|than|if|unless|until|except|without|before|after|whether|similar|differs?|compared)\b"
)
_SUBORDINATE = _compile(r"\b(?:if|when|unless|whether|until|before|although|because|former(?:ly)?|once)\b")
_CONDITIONAL = _compile(r"^[^.;]{0,40}\b(?:unless|if|until|except|other than)\b")
_DENIALS = _compile(r"\b(?:not|never|cannot|no|denied|rejected|unbundl\w+|incorrect\w*|nothing)\b")
_PREDICATE_DENIES = _compile(
    r"^[\s)\]]*,?\s*(?:will|shall|is|are|must|may|can)\s+(?:be\s+)?(?:denied|rejected|unbundling|(?:considered |coded )?incorrect(?:ly)?(?: coded| coding)?)\b"
    r"(?:\s+as\s+(?:unbundling|incorrect coding|not separately payable))?"
)


def tie(before: str, between: str, after: str, after_pair: bool = False) -> Ties | None:
    """Say how ``between`` ties the group on its left to the one on its right, if it does.

    ``before`` and ``after`` are the rest of the sentence. ``after_pair`` says that the left group is the
    subject of a rule found earlier in the sentence, so that "…, not with B" goes on about it.
    """
    if len(between) > MAX_BETWEEN or _NOT_SO.search(before) or (_PAST.search(before) and _PAST_VERB.search(between)):
        return None
    before, after = _REPLY.sub("", before)[-MAX_BETWEEN:], after[:MAX_BETWEEN]
    if after_pair:
        match = _NOT_WITH_THAT.match(between)
        if match and _is_noun_phrase(match.group("object")):
            return Ties("not_with")
    for pattern, turned in ((_REPLACED, False), (_INSTEAD, True)):
        match = pattern.match(between)
        if match and _is_noun_phrase(match.group("object")) and (not turned or _stands_in(before, between)):
            return Ties("see_instead", turned)
    use = _USE_FOR.match(between)
    if use and _is_noun_phrase(use.group("object")) and (_INSTEAD_BEFORE.search(before) or _INSTEAD_AFTER.match(after)):
        return Ties("see_instead")
    included, includes = _INCLUDED.match(between), _INCLUDES.match(between)
    if included or includes:
        after = _NOR_SEPARATELY.sub(r"\g<before>", after)
    if (included or includes) and (_ONLY_FOR.search(after) or _NEGATIVE.search(_clause(before))):
        return None
    if included and _is_noun_phrase(included.group("object")):
        return None if _NEGATOR.search(between) else Ties("included_in")
    if includes and _is_noun_phrase(includes.group("object")):
        return Ties("included_in", turned=True)
    if _PLUS.match(between) and not _DENIED.match(after):
        command = _IMPERATIVE.search(before)
        if command and command.group("no") and not _NEGATIVE.search(before[: command.start()]):
            return Ties("not_with")
        return None if _NEGATIVE.search(_clause(before)) else Ties("use_with")
    denied_when = _DENIED_WHEN.match(between)
    if denied_when and _is_noun_phrase(denied_when.group("object")) and not _NEGATIVE.search(_clause(before)):
        return Ties("not_with")
    if not _EXCEPT.search(between) and (early := _use_ties(before, between, after)):
        return early
    found = _pairing(before, between, after)
    last = _LAST_CLAUSE.match(between)
    if not found and last and not _NEW_SUBJECT.search(last.group("first")):
        found = _pairing(before, last.group("last"), after)
    return found or _plainly(before, between, after)


def _plainly(before: str, between: str, after: str) -> Ties | None:
    """One plain clause: a verb of billing, then "with" or its like and the codes; each word that denies turns it round."""
    match = _PLAIN.match(between)
    if not match or not _is_noun_phrase(match.group("object")) or _BEYOND_PLAIN.search(match.group("clause")):
        return None
    if _NEGATIVE.search(_clause(before)) or _SUBORDINATE.search(before) or _CONDITIONAL.search(after):
        return None
    denied = _PREDICATE_DENIES.match(after)
    denials = bool(_DENIALS.search(match.group("clause"))) + bool(denied)
    rest = after[denied.end() :] if denied else after
    if denials > 1 or _NEGATIVE.search(_clause(rest)):
        return None
    return Ties("not_with" if denials else "use_with")


def _use_ties(before: str, between: str, after: str) -> Ties | None:
    """Wordings of use besides "billed with": "which uses", "ordered for use with", "bill it with", "is only for"."""
    which = _WHICH_USE.match(between)
    if which and _is_noun_phrase(which.group("object")):
        return Ties("use_with")
    for_use = _FOR_USE_WITH.match(between)
    if (
        for_use
        and _is_noun_phrase(for_use.group("object"))
        and not any(_NEGATIVE.search(t) for t in (_clause(before), for_use.group("how"), _clause(after)))
    ):
        return Ties("use_with")
    bill_it = _BILL_IT.search(between)
    if bill_it and _is_noun_phrase(bill_it.group("object")) and not _NEGATIVE.search(_clause(after)):
        return Ties("not_with" if bill_it.group("no") else "use_with")
    only = _ONLY_WITH.match(between)
    if only and _is_noun_phrase(only.group("object")) and not _NEGATIVE.search(_clause(before) + _clause(after)):
        return Ties("use_with")
    return None


def _stands_in(before: str, between: str) -> bool:
    """Say whether "A instead of B" is a rule of use: "use A instead of B", "A replaces B"."""
    return bool(_USED_BEFORE.search(before)) or not re.match(
        r"[\s)]*(?:instead|rather|in place)", between, re.IGNORECASE
    )


def _pairing(before: str, between: str, after: str) -> Ties | None:
    barred, purpose = _IMPERATIVE.search(before), _FOR.match(between)
    if barred and barred.group("no") and purpose and _is_noun_phrase(purpose.group("object")):
        return Ties("not_with")  # "Do not use A for B"; "use A for B" may name what A is, and says nothing
    match = _WITH.match(between)
    if not match or not _is_noun_phrase(match.group("object")) or _OTHER_PAYER_DENIES.match(after):
        return None
    verb, word = match.group("verb"), match.group("with").lower()
    before = before.rpartition(";")[2]
    imperative = None if verb else _IMPERATIVE.search(before)
    if not verb and not imperative:
        return None
    if word in ("when", "if") and not _CLOSES_CONDITION.match(after):
        return None
    denied = _DENIED.match(after)
    rest = (before[: imperative.start()] if imperative else before, after[denied.end() :] if denied else after)
    if any(_NEGATIVE.search(_clause(text)) for text in rest):
        return None  # something outside the pattern denies; what it denies is not for us to guess
    between = between.replace("not only", "")
    negations = len(_NEGATOR.findall(between)) + bool(_DENIED_FIRST.search(between))
    negations += bool(denied) + bool(imperative and imperative.group("no"))
    return Ties("not_with" if negations % 2 else "use_with")


def _clause(text: str) -> str:
    """The text without what says nothing of the pair: limits of quantity, reasons, and clauses behind a semicolon."""
    first = text.split(";")[0] if not text.strip().endswith(";") else text
    return _OWN_CLAUSE.sub(" ", _REASON.sub(" ", _QUANTITY.sub(" ", first)))


def _is_noun_phrase(text: str) -> bool:
    """Say whether the words before a group of codes merely name them ("an insulin pump (")."""
    words = text.replace("other than", "other-than").split()
    return len(words) <= OBJECT_WORDS and not _NEW_CLAUSE.search(text) and not _CONTRAST.search(text)


def without_conjunction(between: str) -> str:
    """Return what follows "but" or "and" where a clause goes on about the same subject."""
    return re.sub(r"^[\s)]*,?\s*(?:but|and|however|or)\s+", " ", between, flags=re.IGNORECASE)


def goes_on(between: str) -> bool:
    """Say whether a clause goes on about the same subject: "…, but may be billed with"."""
    return bool(re.match(rf"[\s)]*,?\s*(?:but|and|however|or)\s+(?:{_AUX}\b|used\b|billed\b)", between, re.IGNORECASE))


def opens_verb(between: str) -> bool:
    """Say whether a conjunction and a verb stand between two groups, so that the subject is that of the sentence."""
    return bool(re.match(rf"[\s)]*,?\s*(?:but|and)\s+{_FINITE}\b", between, re.IGNORECASE))


def has_verb(between: str) -> bool:
    """Say whether a verb of its own follows a group, which is then the subject."""
    return bool(re.match(rf"[\s)]*{_FINITE}\b", between, re.IGNORECASE))


def denies(text: str) -> bool:
    """Say whether a clause holds a denial of any kind."""
    return bool(_NEGATIVE.search(_clause(text)))
