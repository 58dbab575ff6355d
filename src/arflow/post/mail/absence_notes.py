"""Whether a message says that its sender is away: surely, by how its subject begins, or likely, by its words."""

import re

# What absence notes of the usual programs are called, in the languages that families and professionals write.
_NAMES = (
    r"auto(?:matic|mated)?[ -]?(?:reply|response|responder)|autoreply|out of (?:the )?office(?! hours)"
    r"|away from (?:the |my )?(?:office|desk)"
    r"|ateb awtomatig|allan o.r swyddfa"
    r"|automatische antwort|abwesenheitsnotiz|abwesenheitsassistent|r[ée]ponse automatique|absent du bureau|message d.absence"
    r"|respuesta autom[áa]tica|fuera de la oficina|resposta autom[áa]tica|risposta automatica|fuori ufficio"
    r"|automatisch antwoord|afwezigheid|odpowied[źz] automatyczna|autoodpowied[źz]|automatick[áa] odpov[ěe][ďd]"
    r"|r[ăa]spuns automat|automatinis atsakymas|autosvar|automaattinen vastaus|otomatik yan[ıi]t"
    r"|автоответ|автоматический ответ|автоматична відповідь|自动回复|自動回覆|رد تلقائي"
)
# These stand for an absence only where a subject begins with them: a child is absent too, and on vacation.
_ONLY_FIRST = r"auto|abwesend|afwezig|vacation|absence"
_BEGINS = re.compile(
    rf"[\W_]*(?:(?:{_NAMES})[\s:：-]*)*(?:{_NAMES}|{_ONLY_FIRST})[\])]?(?:\s*[:：]|\s+[-–—](?:\s|$)|\s*$)",
    re.IGNORECASE,
)
_NAMED = re.compile(rf"(?<!\w)(?:{_NAMES})(?!\w)", re.IGNORECASE)
_KINDS_OF_LEAVE = (
    r"annual|maternity|paternity|parental|adoption|sick|study|compassionate|carer.?s|special|extended|long[- ]term"
)
_AWAY = re.compile(
    r"\bi(?:.?m| am|.?ll be| will be)(?:\s+\w+){0,2}?\s+(?:"
    rf"out of (?:the )?office|away from (?:the |my )?(?:office|desk|email)|on (?:(?:{_KINDS_OF_LEAVE}) )?leave"
    r"|away until|on holiday until|not (?:in|at) (?:the office|work) until)"
    r"|\bi no longer work\b|\b(?:currently|now) out of (?:the )?office\b|\bon (?:annual|maternity|sick) leave until\b"
    r"|\bthis mailbox is not (?:monitored|read)\b|\bno longer works? (?:here|for|at)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^(?:>|-{2,}\s*original message|from:\s)", re.IGNORECASE | re.MULTILINE)
# An absence note says at once that somebody is away, and little more.
_OPENING, _LONGEST = 300, 1_000


def is_absence_note(subject: str) -> bool:
    """Whether a subject begins as those of absence notes do."""
    return bool(_BEGINS.match(subject))


def may_be_absence_note(subject: str, text: str) -> bool:
    """Whether a subject speaks of an absence, or a short text begins with one; what it quotes does not count."""
    quoted = _QUOTED.search(text)
    own = text[: quoted.start()] if quoted else text
    short = len(own) <= _LONGEST
    return bool(_AWAY.search(subject) or (short and (_NAMED.search(subject) or _AWAY.search(own[:_OPENING]))))
