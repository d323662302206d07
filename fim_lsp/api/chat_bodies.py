"""Turns chats, and requests for the next edit, into JSON bodies."""

from __future__ import annotations

from typing import Any

from .bodies import without_none
from .requests import ChatRequest, EditRequest, Message, Tool


def chat_body(request: ChatRequest, model: str, *, thinking: bool) -> dict[str, Any]:
    """`/chat/completions`; `thinking` says whether the endpoint has that field."""
    mode = "enabled" if request.thinking else "disabled"
    return without_none(
        model=model or None,
        messages=[_message(message) for message in request.messages],
        max_tokens=request.max_tokens,
        tools=[_tool(tool) for tool in request.tools] or None,
        tool_choice=request.tool_choice,
        thinking={"type": mode} if thinking else None,
        temperature=request.temperature,
        stream=True,
        stream_options={"include_usage": True},
    )


def edit_body(request: EditRequest, model: str) -> dict[str, Any]:
    """The body of a request for the next edit.

    Mercury takes one chat message and does not stream; the others take a prompt.
    """
    if request.dialect == "mercury":
        return {
            "model": model,
            "messages": [{"role": "user", "content": request.prompt}],
            "max_tokens": request.max_tokens,
            "stream": False,
        }
    return without_none(
        model=model,
        prompt=request.prompt,
        max_tokens=request.max_tokens,
        temperature=0,
        stop=list(request.stop) or None,
        stream=True,
        stream_options={"include_usage": True},
    )


def _message(message: Message) -> dict[str, Any]:
    """One message; `content` is sent even if null, reasoning only with tool calls."""
    calls = [
        {
            "id": call.id,
            "type": "function",
            "function": {"name": call.name, "arguments": call.arguments},
        }
        for call in message.tool_calls
    ]
    return {
        "role": message.role,
        "content": message.content,
        **without_none(
            tool_calls=calls or None,
            tool_call_id=message.tool_call_id,
            reasoning_content=message.reasoning if calls else None,
        ),
    }


def _tool(tool: Tool) -> dict[str, Any]:
    return {
        "type": "function",
        "function": {
            "name": tool.name,
            "description": tool.description,
            "parameters": dict(tool.parameters),
        },
    }
