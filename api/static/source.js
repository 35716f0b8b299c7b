// The source panel: the cited passage whole, with exactly the cited words marked. Beside the conversation on a wide screen,
// where both are read together; a sheet over it on a narrow one.
import { make } from "./dom.js";
import { linkTo, marked, noteOf, reprints, titleOf } from "./passages.js";
import { citedPlaces } from "./places.js";
import { enter, followSteps, leave } from "./steps.js";
import { WORDS, dateText } from "./words.js";

const panel = document.getElementById("source"), wide = matchMedia("(min-width: 64rem)");
let shown = null, before = null, turning = false;

async function passageOf(citation, passages) {
  const found = passages.find((passage) => passage.id === citation.passage_id);
  if (found) return found;
  const response = await fetch(`v1/passages/${encodeURIComponent(citation.passage_id)}`);
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

function wordsOf(passage, citation) {
  const { quote, spans } = passage.citation;
  const places = citedPlaces(passage.text, quote, spans, citation.spans);
  return places?.length ? marked(passage.text, places) : null;
}

function facts(citation, lang) {
  const names = WORDS[lang].fields;
  const known = {
    publication: citation.publication, published: dateText(citation.published, lang), byline: citation.byline,
    event: citation.event_date && dateText(citation.event_date, lang), page: citation.page, paragraph: citation.paragraph,
    file: citation.file,
  };
  const rows = Object.entries(known).filter(([, value]) => value);
  return make("dl", {}, ...rows.map(([name, value]) => make("div", {}, make("dt", {}, names[name]), make("dd", {}, String(value)))));
}

// Without the passage (it may have been replaced since) the quote stands alone; nothing is marked by guessing.
async function fill(body, citation, passages, lang) {
  let parts = null;
  try {
    parts = wordsOf(await passageOf(citation, passages), citation);
  } catch { /* said below */ }
  const lead = parts ? null : make("p", { class: "soft" }, WORDS[lang].quoteOnly);
  const text = make("blockquote", { lang: "zh-CN" }, ...(parts ?? [make("mark", {}, citation.quote)]));
  body.replaceChildren(...[lead, text].filter(Boolean));
  body.querySelector("mark")?.scrollIntoView({ block: "nearest" });
}

export async function openSource(citation, passages, lang, opener) {
  const words = WORDS[lang];
  shown = { citation, passages, opener, lang };
  document.querySelectorAll(".marker[aria-expanded=true]").forEach((one) => one.setAttribute("aria-expanded", "false"));
  if (opener.matches(".marker")) opener.setAttribute("aria-expanded", "true");
  const title = make("h2", { id: "source-title", tabindex: "-1" }, words.source(`[${citation.marker}]`));
  const close = make("button", { type: "button", class: "close", "aria-label": words.close }, "×");
  close.addEventListener("click", closeSource);
  const body = make("div", { class: "whole" }, make("p", { class: "soft" }, words.loading));
  const headline = make("h3", { lang: citation.title ? "zh-CN" : lang }, titleOf(citation, lang));
  const link = make("p", {}, linkTo(citation, lang, words.read, { class: "read" }));
  const rest = [noteOf(citation, lang), ...reprints(citation, lang), link, facts(citation, lang)].filter(Boolean);
  panel.replaceChildren(make("div", { class: "bar" }, title, close), make("div", { class: "inside" }, headline, body, ...rest));
  show();
  title.focus({ preventScroll: true });
  await fill(body, citation, passages, lang);
}

function show() {
  document.body.classList.toggle("beside", wide.matches);
  if (panel.open) return;
  if (wide.matches) panel.show();
  else panel.showModal();
  enter(isOpen);
}

function isOpen() {
  return panel.open;
}

export function closeSource() {
  if (!panel.open) return;
  panel.close();
  leave();
}

panel.addEventListener("close", () => {
  document.body.classList.remove("beside");
  shown?.opener.setAttribute("aria-expanded", "false");
  if (shown?.opener.isConnected) shown.opener.focus({ preventScroll: true });
  else document.getElementById("question").focus({ preventScroll: true });
  before = shown;
  shown = null;
  if (!turning) leave();
  turning = false;
});
// A step forward again opens what a step back has closed, as long as its answer is there.
followSteps(isOpen, closeSource, () => {
  if (panel.open || !before?.opener.isConnected) return;
  openSource(before.citation, before.passages, before.lang, before.opener);
});
// A panel beside the page is no modal dialog, which the browser would close by itself.
document.addEventListener("keydown", (event) => {
  const meant = event.key === "Escape" && !event.isComposing && !document.getElementById("filters").open;
  if (meant) closeSource();
});
panel.addEventListener("click", (event) => {
  if (event.target === panel) closeSource();
});
wide.addEventListener("change", () => {
  if (!panel.open) return;
  const { citation, passages, lang, opener } = shown;
  // Closing is told later; to open before that would be undone.
  panel.addEventListener("close", () => openSource(citation, passages, lang, opener), { once: true });
  turning = true;
  panel.close();
});
