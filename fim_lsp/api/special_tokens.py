"""The special tokens of the model families, which are never part of code.

The table is read twice: prompt templates break these tokens up in the user's own text,
and an answer is cut at the first one that the model writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SPECIAL_TOKENS: Final[Mapping[str, tuple[str, ...]]] = {
    "qwen": (
        *("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|fim_pad|>"),
        *("<|repo_name|>", "<|file_sep|>", "<|endoftext|>"),
        *("<|im_start|>", "<|im_end|>"),
    ),
    "qwen-tools": ("<tool_call>", "</tool_call>", "<tool_response>"),
    "starcoder": (
        *("<fim_prefix>", "<fim_suffix>", "<fim_middle>", "<fim_pad>"),
        *("<repo_name>", "<file_sep>", "<|endoftext|>"),
    ),
    "starcoder-data": (
        *("<reponame>", "<filename>", "<gh_stars>", "<empty_output>"),
        *("<issue_start>", "<issue_comment>", "<issue_closed>"),
        *("<jupyter_start>", "<jupyter_text>", "<jupyter_code>"),
        *("<jupyter_output>", "<jupyter_script>"),
        *("<commit_before>", "<commit_msg>", "<commit_after>"),
        *("<code_to_intermediate>", "<intermediate_to_code>"),
        *("<pr>", "<pr_status>", "<pr_is_merged>", "<pr_base>", "<pr_file>"),
        *("<pr_base_code>", "<pr_diff>", "<pr_diff_hunk>", "<pr_comment>"),
    ),
    "santacoder": ("<fim-prefix>", "<fim-suffix>", "<fim-middle>", "<fim-pad>"),
    "deepseek": (
        *("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"),
        "<｜end▁of▁sentence｜>",
    ),
    "deepseek-chat": (
        *("<｜begin▁of▁sentence｜>", "<｜User｜>", "<｜Assistant｜>", "<|EOT|>"),
    ),
    "codellama": ("<PRE>", "<SUF>", "<MID>", "<EOT>"),
    "llama": ("<s>", "</s>", "<unk>", "[INST]", "[/INST]", "<<SYS>>", "<</SYS>>"),
    "llama-3": (
        *("<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>"),
        *("<|end_header_id|>", "<|eot_id|>", "<|eom_id|>", "<|python_tag|>"),
        *("<|header_start|>", "<|header_end|>", "<|eot|>", "<|eom|>"),
    ),
    "codestral": ("[SUFFIX]", "[PREFIX]"),
    "mistral": (
        *("[MIDDLE]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", "[TOOL_CALLS]"),
        *("[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]", "[TOOL_RESULTS]"),
    ),
    "codegemma": (
        *("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"),
        *("<|file_separator|>", "<end_of_turn>", "<eos>"),
    ),
    "gemma": ("<start_of_turn>", "<bos>", "<pad>", "<mask>"),
    "granite": (
        *("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|end_of_text|>"),
    ),
    "granite-chat": (
        *("<|start_of_role|>", "<|end_of_role|>", "<|filename|>", "<|reponame|>"),
    ),
    "phi": ("<|system|>", "<|user|>", "<|assistant|>", "<|end|>"),
    "gpt-oss": (
        *("<|start|>", "<|message|>", "<|channel|>", "<|constrain|>"),
        *("<|return|>", "<|call|>", "<|endofprompt|>", "<|startoftext|>"),
    ),
    "glm": (
        *("<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>"),
        *("<|endoftext|>", "<|user|>"),
    ),
    "glm-chat": ("<|observation|>", "[gMASK]", "[sMASK]", "<sop>", "<eop>"),
    "seed-coder": (
        *("<[fim-suffix]>", "<[fim-prefix]>", "<[fim-middle]>"),
        "<[end▁of▁sentence]>",
    ),
    "seed-coder-chat": ("<[begin▁of▁sentence]>", "<[PAD▁TOKEN]>"),
    "aixcoder": ("<AIX-SPAN-PRE>", "<AIX-SPAN-POST>", "<AIX-SPAN-MIDDLE>"),
    "falcon": (">>PREFIX<<", ">>SUFFIX<<", ">>MIDDLE<<"),
    "incoder": ("<|/ file |>", "<|endofmask|>"),
    "command-r": (
        *("<BOS_TOKEN>", "<EOS_TOKEN>", "<|START_OF_TURN_TOKEN|>"),
        *("<|END_OF_TURN_TOKEN|>", "<|CHATBOT_TOKEN|>", "<|USER_TOKEN|>"),
    ),
    "kimi": ("[BOS]", "[EOS]", "[EOT]", "<|im_middle|>"),
    "minimax": ("]~!b[", "]~b]", "[e~["),
    "zeta": (
        *("<|editable_region_start|>", "<|editable_region_end|>"),
        *("<|user_cursor_is_here|>", "<|start_of_file|>", "<|cursor|>"),
    ),
}

# Forms of numbered tokens, and of tokens that a newer family may bring: regular
# expressions.  Code has no name between `<|` and `|>` without a space.
SPECIAL_FORMS: Final = (
    r"<\|[\w▁/:.-]{1,40}\|>",
    r"<｜[^｜\n]{1,40}｜>",
    r"<(?:extra_id_|unused|SPECIAL_)\d{1,4}>",
)

# Tokens after which a model's answer begins: those of the gap, and of a beginning.
ANSWER_FOLLOWS: Final = frozenset(
    {
        *("<|fim_middle|>", "<fim_middle>", "<fim-middle>", "<MID>", "[MIDDLE]"),
        *("<｜fim▁end｜>", "<[fim-middle]>", "<|code_middle|>", ">>MIDDLE<<"),
        *("<AIX-SPAN-MIDDLE>", "<s>", "<bos>", "<BOS_TOKEN>", "[BOS]", "<sop>"),
        *("<|begin_of_text|>", "<｜begin▁of▁sentence｜>", "<|startoftext|>"),
        *("<[begin▁of▁sentence]>", "<|assistant|>", "<｜Assistant｜>", "[/INST]"),
        *("<|CHATBOT_TOKEN|>", "<|fim_pad|>", "<fim_pad>", "<pad>"),
        *("[gMASK]", "<|start_of_file|>"),
    }
)
