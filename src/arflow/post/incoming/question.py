"""What is asked of whoever sent something that contradicts itself or lacks something: all of it, in one message. Pure."""

from html import escape

import msgspec

from arflow.post.mail.dispatch import Message, Recipient


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One reply to a sender: a subject without a name, what is asked, and the paragraphs before and after."""

    subject: str
    before: tuple[str, ...]
    asked: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def text(self) -> str:
        """The message as plain text."""
        asked = "\n".join(f"- {line}" for line in self.asked)
        return "\n\n".join((*self.before, asked, *self.after)) + "\n"

    @property
    def html(self) -> str:
        """The message as a page."""
        asked = "\n".join(f"<li>{escape(line)}</li>" for line in self.asked)
        return (
            f'<!doctype html>\n<html lang="en-GB">\n<head><meta charset="utf-8"><title>{escape(self.subject)}</title></head>\n'
            f"<body>\n<h1>{escape(self.subject)}</h1>\n{_paragraphs(self.before)}\n<ul>\n{asked}\n</ul>\n"
            f"{_paragraphs(self.after)}\n</body>\n</html>\n"
        )

    def message(self, recipient: Recipient, in_reply_to: str | None) -> Message:
        """The email to a recipient, as an answer to the message with this Message-ID."""
        return Message(
            recipient=recipient,
            channel="email",
            subject=self.subject,
            text=self.text,
            html=self.html,
            in_reply_to=in_reply_to,
        )


def _paragraphs(lines: tuple[str, ...]) -> str:
    return "\n".join(f"<p>{escape(line)}</p>" for line in lines)
