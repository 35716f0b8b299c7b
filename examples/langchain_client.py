"""LangChain: chat, a streamed chat, embeddings. Usage: python examples/langchain_client.py [ADDRESS]"""

import sys

from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import SecretStr

address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
any_key = SecretStr("any")
question = "江海区社区党建学院第一批聘了多少名培训教师?"

model = ChatOpenAI(base_url=f"{address}/v1", api_key=any_key, model="jianghai-qa")
print(model.invoke(question).content)
for chunk in model.stream(question):
    print(chunk.content, end="", flush=True)
print()

encoder = OpenAIEmbeddings(
    base_url=f"{address}/v1", api_key=any_key, model="jianghai-qa", check_embedding_ctx_length=False
)
print("a vector of", len(encoder.embed_query(question)))
