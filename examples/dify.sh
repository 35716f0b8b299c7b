#!/bin/sh
# What Dify sends to an external knowledge base: sh examples/dify.sh [ADDRESS [KEY]]
# In Dify: the address of the service as API endpoint (without /retrieval), its key, or any, as API key, jianghai as knowledge id.
set -eu
URL=${1:-http://127.0.0.1:8000}
KEY=${2:-any}

curl -sf "$URL/retrieval" -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' -d '{
  "knowledge_id": "jianghai",
  "query": "社区党建学院 培训教师",
  "retrieval_setting": {"top_k": 3, "score_threshold": 0.2},
  "metadata_condition": {
    "logical_operator": "and",
    "conditions": [{"name": ["published"], "comparison_operator": "after", "value": "2022-12"}]
  }
}'
echo
