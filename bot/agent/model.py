"""Settings become a model: the local one, or any provider's chat model that LangChain knows."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, cast

from langchain_core.language_models.chat_models import BaseChatModel

from bot.agent.local.model import LocalModel
from bot.agent.remote import Limits, Remote
from bot.settings import Settings
from tools.kernel.agent_tool import AgentTool
from tools.kernel.db import Database
from tools.kernel.errors import OperatorError

# A creator waits in a chat: after this the local model answers.
_TIMEOUT_SECONDS = 20


def local_model(tools: Sequence[AgentTool], *, today: Callable[[], date]) -> BaseChatModel:
    """Return the local model over the given tools."""
    return LocalModel(tools=tuple(tools), today=today)


def remote_model(settings: Settings, *, database: Database) -> Remote | None:
    """Return the provider's model that GUANGHE_MODEL names, with its limits, None for `local`.

    Raises OperatorError when the name is not `provider:model` or the provider's package or key is missing.
    """
    if settings.model == "local":
        return None
    # Any: each option has its own type. Streamed, the time limit is on each piece and not on the whole answer.
    options: dict[str, Any] = {"timeout": _TIMEOUT_SECONDS, "max_retries": 1, "streaming": True}
    if settings.model_url:
        options["base_url"] = settings.model_url
    if settings.model_key:
        options["api_key"] = settings.model_key.get_secret_value()
    try:
        model = _chat_model(settings.model, options)
    except (ValueError, ImportError) as error:
        raise OperatorError(f"GUANGHE_MODEL={settings.model}: {str(error).splitlines()[0]}") from error
    except Exception as error:
        # Each provider's package has its own error for a missing key; none shares a base class.
        raise OperatorError(f"GUANGHE_MODEL={settings.model} cannot be used: {error}") from error
    limits = Limits(
        creator_tokens=settings.model_creator_tokens,
        daily_yuan=settings.model_daily_yuan,
        input_price=settings.model_input_price,
        output_price=settings.model_output_price,
    )
    return Remote(model, database=database, limits=limits)


def _chat_model(name: str, options: dict[str, Any]) -> BaseChatModel:
    from langchain import chat_models  # noqa: PLC0415 - providers' packages are slow to import

    # Its overloads want each keyword by itself.
    init = cast("Callable[..., BaseChatModel]", chat_models.init_chat_model)
    return init(name, **options)
