"""Takes a question apart: what its words mean, the names in it, what had to be corrected, what nobody knows.

A misspelt word is brought back to the one known word that is near; where two are equally near, to none. Not here: which
stored question the parts ask (matching).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from aseankg.namespaces import ID
from aseankg.wording.names import Named, NameIndex
from aseankg.wording.records import Correction
from aseankg.wording.words import Lexicon, Word, stem, words_of

__all__ = ["Parser", "Parts"]

_LEAST_CORRECTED, _LEAST_KNOWN, _SURE, _FREE_START, _LONG = 4, 3, 6, 7, 10  # letters
_AFTER = {"does", "do", "did", "is", "has", "by"}  # before a name that is meant, not a backdrop
_WHICH = {"which", "what", "whose"}
_DOES = {"do", "does", "did", "doing", "done"}
_NO_LONGER = {*_DOES, "has", "have", "had", "can", "will"}  # what comes now is not what "which" asks for
_PAST = {"was", "were", "did", "has", "have", "had", "took", "happened"}
_CONCEPT = ID + "concept/"
_OWNERS = (ID + "body/", ID + "country/")  # "the ACMW plan" is one of its own, which is not held
_PLAN, _OWN_PLAN = "plan", "~ownplan"
_MEANT_FOR_ALL = ID + "body/asean"  # "which bodies in ASEAN ...": every plan here is of ASEAN


@dataclass(frozen=True)
class Parts:
    """What a text is made of.

    `concepts` lead to the words they were read from; `wider` are words read as something wider; `templates` are the
    slots of a phrasing; `asks` is the kind of thing that the text asks for ("which bodies"), "" where it does not say;
    `alone` is whether the text is the name of a theme or other concept and nothing else, as in a search box;
    `past` is whether it asks what took place, and not what is planned.
    """

    concepts: Mapping[str, str] = field(default_factory=dict)
    names: tuple[Named, ...] = ()
    wider: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    unclear: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()
    asks: str = ""
    alone: bool = False
    past: bool = False


@dataclass
class _Gathered:
    """The parts while they are gathered."""

    concepts: dict[str, str] = field(default_factory=dict)
    names: list[tuple[Named, str]] = field(default_factory=list)  # with the word before
    wider: list[str] = field(default_factory=list)
    templates: list[str] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)
    asks: str = ""
    named_until: int = -1  # where the last name of a body or country ends
    asking: bool = False  # "which" was read, and not yet what it asks for


class Parser:
    """Takes texts apart with one lexicon and one index of names."""

    def __init__(self, lexicon: Lexicon, names: NameIndex, label_of: Callable[[str], str]) -> None:
        """`label_of` gives the name that people know of a thing."""
        self._lexicon, self._names, self._label_of = lexicon, names, label_of
        self._taught: dict[str, str] = {}  # stem: concept, of words that only phrasings of questions use
        self._vocabulary = set(lexicon.known | names.words)

    def teach(self, text: str) -> None:
        """Make the words of a phrasing that the lexicon does not hold known, each as a concept of its own."""
        words = words_of(text, self._lexicon.spelling)
        for at in self._gather(words, text.isupper()).unknown:
            self._taught[words[at].stem] = "~" + words[at].stem
        self._vocabulary |= {word.spelling for word in words if word.spelling.isalpha()}

    def take_apart(self, text: str) -> Parts:
        """Return the parts of a text."""
        words = words_of(text, self._lexicon.spelling)
        shouting = text.isupper()
        found = self._gather(words, shouting)
        mended, corrections, unclear = list(words), [], {}
        for at in found.unknown:
            near = self._near(words[at])
            if len(near) == 1:
                mended[at] = self._corrected(words[at], near[0])
                corrections.append((words[at].written, near[0]))
            elif near:
                unclear[words[at].written] = tuple(map(self._shown, near))
        if corrections:
            found = self._gather(mended, shouting)
        lost = {words[at].written for at in found.unknown}
        said = [
            Correction(written, self._shown(read))
            for written, read in corrections
            if self._tells(read) and written not in lost
        ]
        return replace(self._parts(found, words), unclear=unclear, corrections=(*said, *self._other_names(found)))

    def _parts(self, found: _Gathered, words: Sequence[Word]) -> Parts:
        names = [name for name, before in found.names if name.things != (_MEANT_FOR_ALL,) or self._meant(found, before)]
        unknown = tuple(dict.fromkeys(words[at].written for at in found.unknown))
        parts = Parts(found.concepts, tuple(names), tuple(found.wider), tuple(found.templates), unknown)
        past = "happen" in found.concepts and any(word.spelling in _PAST for word in words)
        return replace(parts, asks=found.asks, alone=_is_concept_alone(names, words), past=past)

    @staticmethod
    def _meant(found: _Gathered, before: str) -> bool:
        """Whether ASEAN is what is asked about, and not where everything happens."""
        others = [name for name, _ in found.names if name.things != (_MEANT_FOR_ALL,)]
        return before in _AFTER and not others

    def _other_names(self, found: _Gathered) -> Iterator[Correction]:
        for name, _ in found.names:
            if name.ours and len(name.things) == 1:
                yield Correction(name.words, self._label_of(name.things[0]))

    # -- taking apart ------------------------------------------------------------------------------------------

    def _gather(self, words: Sequence[Word], shouting: bool) -> _Gathered:
        found, at = _Gathered(), 0
        while at < len(words):
            at += self._step(found, words, at, shouting)
        if words and words[-1].spelling in _DOES:
            found.concepts.setdefault("involve", words[-1].written)
        return found

    def _step(self, found: _Gathered, words: Sequence[Word], at: int, shouting: bool) -> int:
        """Read what is longest at a place; return how many words it has."""
        rest = words[at : at + 40]
        before = words[at - 1].spelling if at else ""
        length, concept = self._lexicon.find_phrase(rest)
        numbered, element = self._names.find_numbered(concept, rest[length:]) if concept else (0, None)
        if element is not None:
            written = " ".join(word.written for word in rest[: length + numbered])
            found.names.append((replace(element, words=written), before))
            found.asking = False
            return length + numbered
        named, name = self._names.find(rest, shouting)
        if name is not None and named >= length:
            found.names.append((name, before))
            found.asking = found.asking and name.things == (_MEANT_FOR_ALL,)
            if name.things[:1] != (_MEANT_FOR_ALL,) and "".join(name.things[:1]).startswith(_OWNERS):
                found.named_until = at + named
                if _PLAN in found.concepts and _is_of_plan(words[:at]):
                    self._note(found, _OWN_PLAN, name.words)
            return named
        if concept:
            concept = _OWN_PLAN if concept == _PLAN and _is_owned(found, words[:at]) else concept
            self._note(found, concept, " ".join(word.written for word in rest[:length]))
            return length
        return self._other_step(found, words, at)

    def _other_step(self, found: _Gathered, words: Sequence[Word], at: int) -> int:
        word = words[at]
        wider = self._lexicon.wider.get((word.spelling,)) or self._lexicon.wider.get((word.stem,))
        if word.written.startswith(("{", "[")):
            found.templates.append(word.written.strip("{}"))
        elif wider:
            self._note(found, wider, word.written)
            found.wider.append(word.written)
        elif word.spelling in self._lexicon.fillers or (len(word.spelling) == 1 and word.spelling.isalpha()):
            found.asking = word.spelling in _WHICH or (found.asking and word.spelling not in _NO_LONGER)
        elif word.stem in self._taught:
            self._note(found, self._taught[word.stem], word.written)
        else:
            found.unknown.append(at)
        return 1

    def _note(self, found: _Gathered, concepts: str, written: str) -> None:
        for concept in concepts.split():
            found.concepts.setdefault(concept, written)
            if found.asking and concept in self._lexicon.types:
                found.asks = found.asks or concept
        found.asking = False

    # -- correcting --------------------------------------------------------------------------------------------

    def _near(self, word: Word) -> list[str]:
        """The known words that a misspelt one may be, one of each meaning: none, the one, or those equally near."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        wrong = word.spelling
        if len(wrong) < _LEAST_CORRECTED or not wrong.isalpha():
            return []
        most = 2 if len(wrong) >= _LONG else 1
        found = process.extract(wrong, list(self._vocabulary), scorer=OSA.distance, score_cutoff=most, limit=None)
        near = sorted(
            (distance, known)
            for known, distance, _ in found
            if distance and len(known) >= _LEAST_KNOWN and stem(known) != word.stem
        )
        likely = [(distance, known) for distance, known in near if self._likely(word, known, distance)]
        if not likely:
            return []
        rivals = [known for distance, known in near if distance <= likely[0][0] and known not in self._lexicon.fillers]
        by_meaning: dict[object, str] = {}
        for known in (*(known for _, known in likely), *rivals):
            by_meaning.setdefault(self._meaning(known), known)
        return list(by_meaning.values())

    def _likely(self, word: Word, known: str, distance: float) -> bool:
        """Whether a word may be a slip for a known one: short ones only where letters changed places or one is lost."""
        wrong = word.spelling
        if known[0] != wrong[0] and len(wrong) < _FREE_START:
            return False
        if known in self._lexicon.fillers and (distance > 1 or len(wrong) <= _LEAST_CORRECTED):
            return False
        if min(len(wrong), len(known)) >= _SURE or sorted(wrong) == sorted(known):
            return True
        name = known in self._names.words and known not in self._lexicon.known
        return word.written.isupper() if name else len(known) > len(wrong) > _LEAST_CORRECTED

    def _meaning(self, known: str) -> object:
        word = self._corrected(Word(known, known, ""), known)
        _, name = self._names.find([word], shouting=False)
        return name.things if name else self._lexicon.concept_of([word]) or word.stem

    def _corrected(self, word: Word, known: str) -> Word:
        spelt = self._lexicon.spelling.get(known, known)
        return Word(word.written, spelt, stem(spelt))

    def _shown(self, known: str) -> str:
        _, name = self._names.find([self._corrected(Word(known, known, ""), known)], shouting=False)
        return self._label_of(name.things[0]) if name and len(name.things) == 1 else known

    def _tells(self, known: str) -> bool:
        """Whether a correction is worth a word: that of a filler changes nothing."""
        return known not in self._lexicon.fillers


def _is_concept_alone(names: Sequence[Named], words: Sequence[Word]) -> bool:
    """Whether the words are one name, and it is that of a concept."""
    whole = len(names) == 1 and len(names[0].words.split()) == len(words)
    return whole and bool(names[0].things) and all(thing.startswith(_CONCEPT) for thing in names[0].things)


def _is_owned(found: _Gathered, before: Sequence[Word]) -> bool:
    """Whether "plan" follows a body or country as the name of its own plan, and not as what it does."""
    return found.named_until == len(before) and not any(word.spelling in _NO_LONGER for word in before)


def _is_of_plan(before: Sequence[Word]) -> bool:
    """Whether words end with "plan of" or "plan of the"."""
    return [word.stem for word in before[-3:] if word.spelling != "the"][-2:] == [_PLAN, "of"]
