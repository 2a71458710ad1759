"""One thread: a play with its people, from the post to the last answer. It goes somewhere, and it ends.

Turns answer what they answer: all of them share the bound words of the play, and know whom they speak to.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from eclosion.swarm.acts import Post, Reply, Text, Truth
from eclosion.swarm.characters import Character
from eclosion.swarm.ciphers import OFTEN, encipher
from eclosion.swarm.grammar import Grammar
from eclosion.swarm.library import Library, Play, Scene, Turn

TRIES = 6
REMEMBERED = 4_096
PASSERS_BY = 0.45
ANSWERED = 0.6


class Pen:
    """Writes forms as texts, and does not say the same thing twice while it remembers having said it.

    Args:
        library: everything there is.
        rng: the dice.
        beside: another pen, with which it shares what was said.
    """

    def __init__(self, library: Library, rng: random.Random, beside: Pen | None = None) -> None:
        self.library = library
        self.rng = rng
        self.grammar = Grammar(library.words, rng)
        self._said: dict[str, None] = beside._said if beside else {}
        self.last = 0  # which form was written last

    def write(
        self,
        key: object,
        forms: Sequence[str],
        bound: Mapping[str, str],
        at: int = -1,
        temper: str = "",
    ) -> str:
        """One of the forms as a text, new if that can be had.

        Args:
            key: under which it is remembered which forms were used.
            forms: to choose from.
            bound: the words of the play.
            at: the number of the form, if it is not to be chosen.
            temper: whose coda may follow, where the text alone has been said before.
        """
        form = forms[at] if at >= 0 else self.grammar.draw(key, forms)
        self.last = forms.index(form)
        text = first = self.grammar.write(form, bound)
        codas = self.library.reactions[temper].codas if temper else ()
        for _ in range(TRIES):
            if text not in self._said:
                break
            text = self.grammar.write(form, bound)
            if codas and text in self._said:
                joint = "\n\n" if first.endswith("*") or "\n" in first else " "
                coda = self.grammar.draw(("codas", temper), codas)
                text = first + joint + self.grammar.write(coda, bound)
        self._said[text] = None
        if len(self._said) > REMEMBERED:
            del self._said[next(iter(self._said))]
        return text

    def bind(self, let: Mapping[str, str], bound: dict[str, str]) -> dict[str, str]:
        """The words of a play, chosen once for all of it."""
        for name, form in let.items():
            bound[name] = self.grammar.fill(form, bound)
        return bound


@dataclass
class Thread:
    """A thread under way.

    Args:
        script: the play, or the scene of a story.
        place: the submolt.
        cast: who plays which role; grows as turns need people. ``author`` is there from the beginning.
        bound: the words of the play.
        casting: gives an agent of a temper (or ``any``) who is not yet in the cast.
        number: gives the next key.
    """

    script: Play | Scene
    place: str
    cast: dict[str, int]
    bound: dict[str, str]
    pen: Pen
    people: Sequence[Character]
    casting: Callable[[str, set[int]], int]
    number: Callable[[], int]
    cipher: str = ""
    _spoke: int = -1

    def play(self) -> Iterator[Post | Reply]:
        """The post, then the answers."""
        author = self.cast["author"]
        self.bound["author"] = f"@{self.people[author].name}"
        post = self._opening(author)
        yield post
        said: list[tuple[int, int]] = [(post.key, author)]
        for turn in self.script.turn:
            if self.pen.rng.random() >= turn.chance:
                said.append(said[-1])
                continue
            parent = said[turn.to] if turn.to >= 0 else said[-1]
            who = self._who(turn.by)
            text = self._turn(turn, who, parent[1])
            reply = Reply(self.number(), who, post.key, parent[0], text)
            said.append((reply.key, who))
            yield reply
        open_to_all = isinstance(self.script, Play) and not post.text.truth.lure
        if open_to_all and self.pen.rng.random() < PASSERS_BY:
            yield from self._passer_by(post, said)

    def _opening(self, author: int) -> Post:
        temper = self.people[author].temper
        key = id(self.script)
        hidden = self._hide(self.script.hidden, ("hidden", key))
        title = self.pen.write(("title", key), self.script.title, self.bound)
        body = self.pen.write(("body", key), self.script.body, self.bound, temper=temper)
        truth = Truth(temper, self.cipher if hidden else "", hidden, lure=temper == "lurer")
        content = self._insert(body, hidden)
        return Post(self.number(), author, Text(content, truth, self.place, title))

    def _turn(self, turn: Turn, who: int, spoken_to: int) -> Text:
        self.bound["other"] = f"@{self.people[spoken_to].name}"
        hidden = self._hide(turn.hidden, ("hidden", id(turn)))
        at = self._spoke if turn.follows and self._spoke < len(turn.say) else -1
        temper = self.people[who].temper
        said = self.pen.write(id(turn), turn.say, self.bound, at, temper)
        self._spoke = self.pen.last
        content = self._insert(said, hidden)
        return Text(content, Truth(temper, self.cipher if hidden else "", hidden))

    def _hide(self, forms: Sequence[str], key: object) -> str:
        """What is to be hidden, in plain letters; nothing if nothing is."""
        if not forms:
            return ""
        if not self.cipher:
            self.cipher = self.pen.grammar.draw("cipher", OFTEN)
        self.bound["cipher"] = "\0"
        return self.pen.write(key, forms, self.bound)

    def _insert(self, text: str, hidden: str) -> str:
        return text.replace("\0", encipher(self.cipher, hidden)) if hidden else text

    def _who(self, by: str) -> int:
        if by not in self.cast:
            temper = by.rstrip("0123456789")
            self.cast[by] = self.casting(temper, set(self.cast.values()))
        return self.cast[by]

    def _passer_by(self, post: Post, said: list[tuple[int, int]]) -> Iterator[Reply]:
        """Somebody who was not asked says something about the subject, and may be answered."""
        reactions = self.pen.library.reactions
        temper = self.people[post.agent].temper
        who = self.casting("any", set(self.cast.values()))
        own = self.people[who].temper
        theirs = reactions[own].to
        chosen = temper if temper in theirs and self.pen.rng.random() < 0.6 else "any"
        key, spoken_to = (post.key, post.agent)
        if chosen == "any" and self.pen.rng.random() < 0.3:
            key, spoken_to = said[-1]
        self.bound["other"] = f"@{self.people[spoken_to].name}"
        bound = self.bound | {
            "tenet": self.bound.get("tenet") or self.pen.grammar.fill("<tenet>", {})
        }
        content = self.pen.write((own, chosen), theirs[chosen], bound, temper=own)
        echo = own == "echo"
        truth = Truth(own, lure=own == "lurer", echo=echo)
        reaction = Reply(self.number(), who, post.key, key, Text(content, truth))
        yield reaction
        if own not in ("echo", "lurer") and self.pen.rng.random() < ANSWERED:
            self.bound["other"] = f"@{self.people[who].name}"
            content = self.pen.write(
                (temper, "answers"), reactions[temper].answers, self.bound, temper=temper
            )
            truth = Truth(temper, lure=temper == "lurer", echo=temper == "echo")
            yield Reply(self.number(), post.agent, post.key, reaction.key, Text(content, truth))
