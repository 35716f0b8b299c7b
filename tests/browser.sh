# Make sure that there is a browser for the page tests, or say that there is none (those tests then skip and say why).
# Order: the setting JIANGHAI_QA_TEST_BROWSER, the system's, the system's package manager (as root), Playwright's own.
if [ -n "$JIANGHAI_QA_TEST_BROWSER" ]; then exit 0; fi
for name in chromium chromium-browser google-chrome google-chrome-stable; do
  if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing chromium for the page tests"
  (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium) >/dev/null 2>&1
  if command -v chromium >/dev/null 2>&1; then exit 0; fi
fi
if "$BIN/python" -m playwright install chromium >/dev/null 2>&1; then exit 0; fi
echo "no browser for the page tests: install chromium, or name one in JIANGHAI_QA_TEST_BROWSER; they will be skipped"
