"""Names in the AWS price list whose model id is certain: each name means one id of the model list.

Left out are names that have meant several models: "Claude", "Claude Opus 4" (which 4.7 was billed under), "Devstral",
"Claude 3.5 Sonnet" (two versions), and names of context variants.
"""

from __future__ import annotations

from typing import Final

#: `model` or `titanModel` in AmazonBedrock → model id.
OWN: Final[dict[str, str]] = {
    "Nova Micro": "amazon.nova-micro-v1:0",
    "Nova Lite": "amazon.nova-lite-v1:0",
    "Nova Pro": "amazon.nova-pro-v1:0",
    "Nova Premier": "amazon.nova-premier-v1:0",
    "Nova 2.0 Lite": "amazon.nova-2-lite-v1:0",
    "TitanEmbeddingsV2-Text-input": "amazon.titan-embed-text-v2:0",
    "Titan Embeddings G1 Text": "amazon.titan-embed-text-v1",
    "Claude 3 Haiku": "anthropic.claude-3-haiku-20240307-v1:0",
    "Claude 3 Sonnet": "anthropic.claude-3-sonnet-20240229-v1:0",
    "R1": "deepseek.r1-v1:0",
    "DeepSeek v3.2": "deepseek.v3.2",
    "Gemma 3 4B": "google.gemma-3-4b-it",
    "Gemma 3 12B": "google.gemma-3-12b-it",
    "Gemma 3 27B": "google.gemma-3-27b-it",
    "Llama 3 8B": "meta.llama3-8b-instruct-v1:0",
    "Llama 3 70B": "meta.llama3-70b-instruct-v1:0",
    "Llama 3.1 8B": "meta.llama3-1-8b-instruct-v1:0",
    "Llama 3.1 70B": "meta.llama3-1-70b-instruct-v1:0",
    "Llama 3.2 1B": "meta.llama3-2-1b-instruct-v1:0",
    "Llama 3.2 3B": "meta.llama3-2-3b-instruct-v1:0",
    "Llama 3.2 11B": "meta.llama3-2-11b-instruct-v1:0",
    "Llama 3.2 90B": "meta.llama3-2-90b-instruct-v1:0",
    "Llama 3.3 70B": "meta.llama3-3-70b-instruct-v1:0",
    "Llama 4 Scout 17B": "meta.llama4-scout-17b-instruct-v1:0",
    "Llama 4 Maverick 17B": "meta.llama4-maverick-17b-instruct-v1:0",
    "Minimax M2": "minimax.minimax-m2",
    "Minimax M2.1": "minimax.minimax-m2.1",
    "Mistral 7B": "mistral.mistral-7b-instruct-v0:2",
    "Mixtral 8x7B": "mistral.mixtral-8x7b-instruct-v0:1",
    "Mistral Large": "mistral.mistral-large-2402-v1:0",
    "Mistral Large 3": "mistral.mistral-large-3-675b-instruct",
    "Mistral Small": "mistral.mistral-small-2402-v1:0",
    "Pixtral Large 25.02": "mistral.pixtral-large-2502-v1:0",
    "Magistral Small 1.2": "mistral.magistral-small-2509",
    "Ministral 3B 3.0": "mistral.ministral-3-3b-instruct",
    "Ministral 8B 3.0": "mistral.ministral-3-8b-instruct",
    "Ministral 14B 3.0": "mistral.ministral-3-14b-instruct",
    "Kimi K2 Thinking": "moonshot.kimi-k2-thinking",
    "Kimi K2.5": "moonshotai.kimi-k2.5",
    "NVIDIA Nemotron Nano 2": "nvidia.nemotron-nano-9b-v2",
    "NVIDIA Nemotron Nano 2 VL": "nvidia.nemotron-nano-12b-v2",
    "Nemotron Nano 3 30B": "nvidia.nemotron-nano-3-30b",
    "gpt-oss-20b": "openai.gpt-oss-20b-1:0",
    "gpt-oss-120b": "openai.gpt-oss-120b-1:0",
    "GPT OSS Safeguard 20B": "openai.gpt-oss-safeguard-20b",
    "GPT OSS Safeguard 120B": "openai.gpt-oss-safeguard-120b",
    "Qwen3 32B": "qwen.qwen3-32b-v1:0",
    "Qwen3 Coder 30B A3B": "qwen.qwen3-coder-30b-a3b-v1:0",
    "Qwen3 Coder Next": "qwen.qwen3-coder-next",
    "Qwen3 Next 80B A3B": "qwen.qwen3-next-80b-a3b",
    "Qwen3 VL 235B A22B": "qwen.qwen3-vl-235b-a22b",
    "GLM 4.7": "zai.glm-4.7",
    "GLM 4.7 Flash": "zai.glm-4.7-flash",
}
#: `servicename` in AmazonBedrockFoundationModels, without its suffix → model id.
MARKETPLACE: Final[dict[str, str]] = {
    "Claude Haiku 4.5": "anthropic.claude-haiku-4-5-20251001-v1:0",
    "Claude Sonnet 4": "anthropic.claude-sonnet-4-20250514-v1:0",
    "Claude Sonnet 4.5": "anthropic.claude-sonnet-4-5-20250929-v1:0",
    "Claude Sonnet 4.6": "anthropic.claude-sonnet-4-6",
    "Claude Opus 4.1": "anthropic.claude-opus-4-1-20250805-v1:0",
    "Claude Opus 4.5": "anthropic.claude-opus-4-5-20251101-v1:0",
    "Claude Opus 4.6": "anthropic.claude-opus-4-6-v1",
}
