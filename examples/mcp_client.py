"""An MCP client over HTTP: search, read a passage, ask. Usage: python examples/mcp_client.py [ADDRESS]"""

import sys

import anyio
from mcp.client.client import Client

address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"


async def main() -> None:
    """Call the three tools."""
    async with Client(f"{address}/mcp") as client:
        found = (await client.call_tool("search", {"query": "社区党建学院 培训教师"})).structured_content or {}
        first = found["results"][0]
        print(first["title"], first["url"])
        passage = (await client.call_tool("fetch", {"id": first["id"]})).structured_content or {}
        print(passage["text"], passage["metadata"]["published"])
        question = {"question": "江海区社区党建学院第一批聘了多少名培训教师?"}
        answer = (await client.call_tool("ask", question)).structured_content or {}
        print(answer["answer"])


anyio.run(main)
