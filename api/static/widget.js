// The chat in another site's page: <script src="…/widget.js" defer></script>
// One element with a shadow tree and no global name. Of the page's policy it needs script-src and frame-src alone: styles
// are constructed, nodes made one by one.
(() => {
  const TAG = "jianghai-qa-widget";
  const PATIENCE = 4000; // ms without a chat until the panel says why
  const PHONE = "(max-width: 480px), (max-height: 420px)";
  const WORDS = {
    zh: {
      title: "问江海", close: "关闭", visit: "在新标签页中打开问答服务",
      refused: (site) => `无法显示问答窗口：本网站（${site}）不在问答服务的名单中，或服务暂时连接不上。服务的管理员可用设置 JIANGHAI_QA_WIDGET_ORIGINS 加入本网站。`,
      policy: (service) => `本网页的内容安全策略挡住了问答窗口：frame-src 须允许 ${service}。`,
    },
    en: {
      title: "Ask Jianghai", close: "Close", visit: "Open the service in a new tab",
      refused: (site) => `The chat cannot be shown: this site (${site}) is not on the service's list, or the service cannot be reached. Whoever runs it adds sites with the setting JIANGHAI_QA_WIDGET_ORIGINS.`,
      policy: (service) => `This page's content security policy keeps the chat out: frame-src has to allow ${service}.`,
    },
  };
  const css = (side, scheme) => `
:host { all: initial !important; position: fixed !important; z-index: 2147483647 !important; direction: ltr !important; color-scheme: ${scheme} !important }
* { box-sizing: border-box }
button { font: inherit; color: #fff; background: none; border: 1px solid transparent; cursor: pointer }
:focus-visible { outline: 3px solid #ee8d73; outline-offset: 2px }
svg { display: block; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round }
.launcher, dialog { position: fixed; inset: auto; ${side}: 20px; bottom: 88px; box-shadow: 0 4px 24px #0005 }
.launcher { bottom: max(20px, env(safe-area-inset-bottom)); width: 56px; height: 56px; padding: 13px; border-radius: 50%; background: #a63a24 }
dialog { margin: 0; padding: 0; width: min(400px, 100vw - 40px); height: min(640px, 100vh - 108px); max-width: none; max-height: none; overflow: hidden; border: 1px solid #8886; border-radius: 12px; background: Canvas; color: CanvasText; font: 16px/1.6 system-ui, sans-serif }
dialog[open] { display: flex; flex-direction: column }
header { display: flex; padding-left: 16px; background: #a63a24; color: #fff }
h2 { flex: 1; margin: 0; font: inherit; font-weight: 600; line-height: 44px; overflow: hidden; white-space: nowrap; text-overflow: ellipsis }
header button { width: 44px; font-size: 24px; line-height: 1; outline-offset: -4px }
.body { position: relative; flex: 1 }
iframe, .notice { position: absolute; inset: 0; width: 100%; height: 100%; border: 0 }
.notice { padding: 20px; overflow: auto; overflow-wrap: anywhere; background: Canvas }
@media ${PHONE} { dialog { inset: 0; width: 100%; height: 100%; border: 0; border-radius: 0; padding: env(safe-area-inset-top) 0 env(safe-area-inset-bottom) } }
@media (prefers-reduced-motion: no-preference) { dialog[open] { animation: rise .18s } @keyframes rise { from { opacity: 0; transform: translateY(8px) } } }
@media print { :host { display: none !important } }`;

  const script = document.currentScript;
  if (document.querySelector(TAG)) return; // included twice
  if (!script?.src) {
    console.error('widget.js: found no own script element, expected <script src="…/widget.js" defer></script>');
    return;
  }
  const base = new URL(".", script.src); // the service, a proxy's prefix included
  const asked = script.dataset;

  function make(tag, attributes, ...children) {
    const space = /^(svg|path)$/.test(tag) ? "2000/svg" : "1999/xhtml";
    const element = document.createElementNS(`http://www.w3.org/${space}`, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  const tags = [asked.lang, document.documentElement.lang, navigator.language, "en"];
  const lang = tags.find((tag) => /^(zh|en)\b/i.test(tag)).slice(0, 2).toLowerCase();
  const theme = ["light", "dark"].find((one) => one === asked.theme) ?? "auto";
  const words = WORDS[lang];
  const title = asked.title || words.title;

  const icon = make("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, make("path", { d: "M4 5h16v11h-9l-5 4v-4H4zM8 9h8M8 12h5" }));
  const launcher = make("button", { class: "launcher", "aria-label": title, title, "aria-haspopup": "dialog", "aria-expanded": "false" }, icon);
  const shut = make("button", { "aria-label": words.close }, "×");
  const reason = make("p", {});
  const visit = make("a", { href: base.href, target: "_blank", rel: "noopener" }, words.visit);
  const notice = make("div", { class: "notice", role: "alert", hidden: "" }, reason, visit);
  const body = make("div", { class: "body" }, notice);
  const panel = make("dialog", { role: "dialog", "aria-label": title }, make("header", {}, make("h2", {}, title), shut), body);

  const element = make(TAG, { lang: lang === "zh" ? "zh-CN" : "en" });
  const shadow = element.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  const scheme = theme === "auto" ? "light dark" : `only ${theme}`;
  sheet.replaceSync(css(asked.position === "left" ? "left" : "right", scheme));
  shadow.adoptedStyleSheets = [sheet];
  shadow.append(panel, launcher);

  let frame = null, ready = false, timer = 0;

  function explain(text) {
    const held = shadow.activeElement === frame;
    reason.textContent = text;
    notice.hidden = false;
    frame.inert = true;
    if (held) visit.focus();
  }
  function load() {
    frame?.remove();
    notice.hidden = true;
    const src = new URL(`?embed=1&lang=${lang}&theme=${theme}`, base).href;
    frame = make("iframe", { title, src, allow: "clipboard-write" });
    body.prepend(frame);
    clearTimeout(timer);
    timer = setTimeout(() => explain(words.refused(location.origin)), PATIENCE);
  }
  function greet() {
    const focus = shadow.activeElement === frame;
    if (ready) frame.contentWindow.postMessage({ type: "jianghai-qa:open", focus }, base.origin);
  }
  function open(byReader) {
    if (!ready) load();
    // On a phone it covers the page, and is modal: the back gesture closes it.
    if (!byReader) panel.open = true; // without moving the focus
    else if (matchMedia(PHONE).matches) panel.showModal();
    else panel.show();
    launcher.setAttribute("aria-expanded", "true");
    if (byReader) frame.focus();
    greet();
  }
  const close = () => panel.close();

  launcher.onclick = () => (panel.open ? close() : open(true));
  shut.onclick = close;
  panel.onclose = () => {
    launcher.setAttribute("aria-expanded", "false");
    launcher.focus();
  };
  shadow.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !panel.open) return;
    event.preventDefault();
    event.stopPropagation(); // not meant for the page
    close();
  });
  addEventListener("message", ({ source, origin, data }) => {
    if (!frame || source !== frame.contentWindow || origin !== base.origin) return;
    if (data?.type === "jianghai-qa:close") close();
    if (data?.type !== "jianghai-qa:ready") return;
    ready = true;
    clearTimeout(timer);
    frame.inert = false;
    if (shadow.activeElement === visit) frame.focus();
    notice.hidden = true;
    greet();
  });
  document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, disposition }) => {
    if (!frame || ready || effectiveDirective !== "frame-src" || disposition !== "enforce" || !blockedURI.startsWith(base.origin)) return;
    clearTimeout(timer);
    explain(words.policy(base.origin));
  });
  (document.body ?? document.documentElement).append(element);
  if ("open" in asked && asked.open !== "false" && !matchMedia(PHONE).matches) open(false);
})();
