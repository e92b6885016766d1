"""Words that a creator has changed after they were said: who hears of them, and whether they are answered anew."""

from sqlalchemy.orm import Session

from bot.messages import Inbound
from tools.support import cases
from tools.support import service as support


def asks_anew(session: Session, inbound: Inbound, *, conversation_id: int, text: str) -> bool:
    """Return whether the new words are a message to the assistant; otherwise agents see them where the old ones stood.

    They are where they are the last thing said and nobody holds the case. The same words again are nothing, but a turn
    that died half-way goes on under its own key.
    """
    support.lock(session, conversation_id=conversation_id)
    said = support.question_named(session, conversation_id=conversation_id, name=inbound.name)
    if said is None or not text:
        return False
    if said.is_last and not cases.is_held(session, conversation_id=conversation_id):
        return text != said.text or said.key == inbound.key
    support.change_question(session, message_id=said.id, key=inbound.key, text=text, now=inbound.at)
    return False
