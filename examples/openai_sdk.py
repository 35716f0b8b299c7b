"""OpenAI's client: chat, a streamed chat, vector-store search, embeddings. Usage: python examples/openai_sdk.py [ADDRESS]"""

import sys

from openai import OpenAI

address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
client = OpenAI(base_url=f"{address}/v1", api_key="any")
question = "江海区社区党建学院第一批聘了多少名培训教师?"

completion = client.chat.completions.create(model="jianghai-qa", messages=[{"role": "user", "content": question}])
message = completion.choices[0].message
print(message.content)
for annotation in message.annotations or []:
    cited = annotation.url_citation
    print((message.content or "")[cited.start_index : cited.end_index], cited.title, cited.url)

stream = client.chat.completions.create(
    model="jianghai-qa", messages=[{"role": "user", "content": question}], stream=True
)
for chunk in stream:
    print(chunk.choices[0].delta.content or "", end="", flush=True)
print()

found = client.vector_stores.search(
    "jianghai",
    query="社区党建学院 培训教师",
    max_num_results=3,
    filters={"type": "gte", "key": "published", "value": "2023-01"},
)
for result in found:
    print(f"{result.score:.2f} {result.filename} {result.content[0].text[:30]}")

vectors = client.embeddings.create(model="jianghai-qa", input=["社区党建学院", "龙舟赛"])
print(len(vectors.data), "vectors of", len(vectors.data[0].embedding))
