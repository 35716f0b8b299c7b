"""A language model behind one seam: any endpoint that speaks OpenAI's chat completions (Ollama, vLLM, DeepSeek, Qwen, …)."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from qa.errors import LanguageModelError, LanguageModelRefused, SettingsError
from qa.model_stream import ReplyStream, texts_of
from qa.settings import Settings

if TYPE_CHECKING:
    import openai
    from openai.types.chat import ChatCompletionMessageParam

_MOST_BYTES = 1_000_000
# What an endpoint says to a request that it does not take; to another one it may well reply.
_REFUSALS = {400, 413, 422}
_ADVICE = {
    401: "see that JIANGHAI_QA_LLM_KEY is right",
    403: "see that JIANGHAI_QA_LLM_KEY is right and may use the model",
    404: "see that JIANGHAI_QA_LLM_URL (most often it ends in /v1) and JIANGHAI_QA_LLM_MODEL are right",
    429: "wait, or raise the quota there",
}


class LanguageModel(Protocol):
    """Anything that completes a conversation of two messages."""

    @property
    def name(self) -> str: ...

    def get_ready(self) -> None:
        """Do now what takes time before the first request."""
        ...

    def complete(self, system: str, user: str) -> str:
        """Return the reply to a user's message under a system message; raise `LanguageModelError`."""
        ...

    def stream(self, system: str, user: str, seconds: float, ended: Callable[[], None]) -> ReplyStream:
        """Begin the reply and return it as it comes; its pieces raise `LanguageModelError`, or `TimeoutError` when time is up.

        `ended` is called once when the endpoint is left alone again.
        """
        ...


def language_model_of(settings: Settings) -> LanguageModel | None:
    """Return the model that the settings name, None when they name none; raise `SettingsError` for impossible ones.

    Nothing is asked yet: whether it replies shows with the first request.
    """
    url, key = settings.llm_url.strip(), settings.llm_key.strip()
    if not url:
        return None
    # The values are not repeated: an address may hold a password.
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise SettingsError("found no address in JIANGHAI_QA_LLM_URL, expected one like http://127.0.0.1:11434/v1")
    if not settings.llm_model.strip():
        raise SettingsError("JIANGHAI_QA_LLM_MODEL is empty, expected the name of a model at JIANGHAI_QA_LLM_URL")
    if not all("!" <= c <= "~" for c in key):
        raise SettingsError(
            "found a character in JIANGHAI_QA_LLM_KEY that no key has, expected plain ASCII; copy it again"
        )
    return OpenAIModel(url, settings.llm_model.strip(), key, settings.llm_timeout)


class OpenAIModel:
    """A model at an OpenAI-compatible endpoint.

    No error holds what the endpoint said: that may repeat the key or the text that was sent.
    """

    def __init__(self, url: str, name: str, key: str, timeout: float) -> None:
        self._url, self._name, self._key, self._timeout = url, name, key, timeout
        self._opened: openai.OpenAI | None = None

    @property
    def name(self) -> str:
        return self._name

    def get_ready(self) -> None:
        """Import the SDK with what a chat needs, which takes a second or two; nothing is asked."""
        import openai.resources.chat  # noqa: F401 - loaded for the requests to come

    def complete(self, system: str, user: str) -> str:
        """Return the reply, "" when the model says nothing; raise `LanguageModelError` when none comes in time.

        Only the model's name and the messages are sent: not every endpoint knows the other parameters.
        """
        import openai  # takes a second, and most processes never ask a model

        try:
            body = self._body(system, user)
        except LanguageModelError:
            raise
        except openai.APIStatusError as fault:
            raise self._refusal(fault.status_code) from None
        except Exception as fault:
            # While a body is read the SDK lets its HTTP client's errors through; whatever comes must not pass as it is.
            raise self._silence(type(fault).__name__) from None
        return self._content(body)

    def stream(self, system: str, user: str, seconds: float, ended: Callable[[], None]) -> ReplyStream:
        """Begin the reply; an endpoint that does not stream gives it in one piece."""
        return ReplyStream(lambda: self._texts(system, user, seconds), seconds, ended)

    async def _texts(self, system: str, user: str, seconds: float) -> AsyncIterator[str]:
        import openai

        try:
            # A client of its own: connections belong to the event loop that they were made in.
            async with (
                openai.AsyncOpenAI(
                    base_url=self._url, api_key=self._key or "none", timeout=seconds, max_retries=0
                ) as client,
                client.chat.completions.with_streaming_response.create(
                    model=self._name, messages=_messages(system, user), stream=True
                ) as response,
            ):
                async for text in texts_of(response.iter_bytes()):
                    yield text
        except openai.APIStatusError as fault:
            raise self._refusal(fault.status_code) from None
        except (openai.APITimeoutError, TimeoutError):
            raise TimeoutError from None
        except EOFError:
            raise LanguageModelError(
                f"found a reply from {self._place()} that breaks off, expected a whole one; see the endpoint's own log"
            ) from None
        except (ValueError, RecursionError):
            raise self._no_completion() from None
        except Exception as fault:
            raise self._silence(type(fault).__name__) from None

    def _client(self) -> openai.OpenAI:
        import openai

        if self._opened is None:
            # Who asks decides whether to ask again. Without a key of ours the SDK would take one from its own variable.
            key = self._key or "none"
            self._opened = openai.OpenAI(base_url=self._url, api_key=key, timeout=self._timeout, max_retries=0)
        return self._opened

    def _body(self, system: str, user: str) -> bytes:
        """Return the bytes of the reply; the SDK's timeout is for each read, so the whole is watched here."""
        started, body = time.monotonic(), bytearray()
        with self._client().chat.completions.with_streaming_response.create(
            model=self._name,
            messages=_messages(system, user),
        ) as response:
            for chunk in response.iter_bytes():
                body += chunk
                if time.monotonic() - started > self._timeout:
                    raise self._silence("Timeout")
                if len(body) > _MOST_BYTES:
                    raise LanguageModelError(
                        f"found a reply of more than {_MOST_BYTES} bytes from {self._place()}, expected a short one; "
                        "take another model"
                    )
        return bytes(body)

    def _content(self, body: bytes) -> str:
        try:
            content: Any = json.loads(body)["choices"][0]["message"].get("content") or ""
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            content = None
        if not isinstance(content, str):
            raise self._no_completion()
        return content

    def _no_completion(self) -> LanguageModelError:
        return LanguageModelError(
            f"found a reply from {self._place()} that is no chat completion, expected an OpenAI-compatible endpoint; "
            "see that JIANGHAI_QA_LLM_URL is right (most often it ends in /v1)"
        )

    def _refusal(self, status: int) -> LanguageModelError:
        kind = LanguageModelRefused if status in _REFUSALS else LanguageModelError
        advice = _ADVICE.get(status, "see the endpoint's own log")
        return kind(f"found status {status} from the language model at {self._place()}, expected a reply; {advice}")

    def _silence(self, reason: str) -> LanguageModelError:
        if "Timeout" in reason:
            return LanguageModelError(
                f"found no reply from the language model at {self._place()} within {self._timeout:g} s, expected one; "
                "see that it is not overloaded, or raise JIANGHAI_QA_LLM_TIMEOUT"
            )
        return LanguageModelError(
            f"found no language model at {self._place()} ({reason}), expected an OpenAI-compatible endpoint; "
            "start it, or correct JIANGHAI_QA_LLM_URL"
        )

    def _place(self) -> str:
        """Return the endpoint's address without what may be secret in it: user, password, query."""
        parts = urlsplit(self._url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _messages(system: str, user: str) -> list[ChatCompletionMessageParam]:
    return [{"role": "system", "content": system}, {"role": "user", "content": user}]
