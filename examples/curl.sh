#!/bin/sh
# Search, ask, ask as a stream: sh examples/curl.sh [ADDRESS]
set -eu
URL=${1:-http://127.0.0.1:8000}
JSON='Content-Type: application/json'

curl -sf "$URL/v1/search" -H "$JSON" -d '{"query": "社区党建学院 培训教师", "top_k": 1}'
echo
curl -sf "$URL/v1/ask" -H "$JSON" -d '{"question": "江海区社区党建学院第一批聘了多少名培训教师?"}'
echo
curl -sfN "$URL/v1/ask" -H "$JSON" -d '{"question": "江海区社区党建学院第一批聘了多少名培训教师?", "stream": true}'
