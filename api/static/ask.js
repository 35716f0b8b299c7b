// The question page. Text from documents only ever becomes text nodes; offsets from the API count code points, so texts
// are cut as arrays of code points.
import { WORDS, dateText } from "./words.js";

const place = (id) => document.getElementById(id);
const form = place("form"), field = place("question"), state = place("state"), result = place("result");
let lang = "zh-CN";
let shown = null;
let latest = 0;

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

function say(text, fault = false) {
  state.textContent = text;
  state.classList.toggle("fault", fault);
}

// Links are relative, so that they work behind any address and prefix.
function readingLink(citation) {
  const marks = citation.spans.map(([start, end]) => `${start}-${end}`).join(",");
  return `documents/${encodeURIComponent(citation.document_id)}?mark=${marks}&lang=${lang.slice(0, 2)}#p${citation.paragraph}`;
}

function placeOf(citation) {
  const words = WORDS[lang];
  const page = citation.page ? words.page(citation.page) : null;
  const parts = [citation.publication, dateText(citation.published, lang), page, citation.byline];
  if (citation.event_date) parts.push(words.event(dateText(citation.event_date, lang)));
  return make("span", { class: "place" }, parts.filter(Boolean).join(" · "));
}

function headlineOf(citation) {
  const title = citation.title || WORDS[lang].untitled;
  return make("a", { class: "headline", href: readingLink(citation), lang: citation.title ? "zh-CN" : lang }, title);
}

function answerText(answer) {
  const text = make("p", { class: "text", lang: answer.answerable ? "zh-CN" : lang });
  const byMarker = new Map(answer.citations.map((citation) => [citation.marker, citation]));
  for (const part of answer.answer.split(/(\[\d+\])/)) {
    const citation = byMarker.get(Number(/^\[(\d+)\]$/.exec(part)?.[1]));
    text.append(citation ? markerLink(citation) : part);
  }
  return text;
}

function markerLink(citation) {
  const label = `${WORDS[lang].source(citation.marker)}: ${citation.title || placeOf(citation).textContent}`;
  return make("a", { class: "marker", href: readingLink(citation), "aria-label": label, title: label }, String(citation.marker));
}

function sourceItem(citation) {
  const body = make("div", {}, headlineOf(citation), placeOf(citation));
  if (citation.note) body.append(make("p", { class: "note" }, citation.note));
  return make("li", {}, make("span", { class: "number", "aria-hidden": "true" }, `[${citation.marker}]`), body);
}

function highlighted(text, spans) {
  const points = Array.from(text);
  const parts = [];
  let end = 0;
  for (const [from, to] of spans) {
    parts.push(points.slice(end, from).join(""), make("mark", {}, points.slice(from, to).join("")));
    end = to;
  }
  return [...parts, points.slice(end).join("")];
}

function passageItem(passage) {
  const words = WORDS[lang];
  const item = make("li", { id: `passage-${passage.rank}` });
  if (passage.kind !== "paragraph") item.append(make("span", { class: "kind" }, words[passage.kind]));
  item.append(headlineOf(passage.citation), placeOf(passage.citation));
  const text = make("p", { class: "words", lang: "zh-CN" }, ...highlighted(passage.text, passage.highlights));
  item.append(text);
  if (passage.citation.note) item.append(make("p", { class: "note" }, passage.citation.note));
  for (const other of passage.citation.also_in) {
    item.append(make("span", { class: "place" }, `${words.also} `, make("a", { href: readingLink(other) }, other.title || other.file)));
  }
  return item;
}

// Only what is really cut off gets a button, which is known once the text stands on the page.
function fold(text) {
  text.classList.add("folded");
  if (text.scrollHeight <= text.clientHeight + 2) text.classList.remove("folded");
  else text.after(unfoldButton(text));
}

function unfoldButton(text) {
  const button = make("button", { type: "button", class: "unfold" }, WORDS[lang].unfold);
  button.addEventListener("click", () => {
    text.classList.remove("folded");
    button.remove();
  });
  return button;
}

function draw(answer) {
  const words = WORDS[lang];
  const card = make("section", { class: answer.answerable ? "answer" : "answer none", "aria-label": words.answer });
  card.append(make("h2", {}, answer.question), answerText(answer));
  if (answer.answerable) {
    if (answer.calibrated) card.append(make("p", { class: "sure" }, words.sure(Math.round(answer.confidence * 100))));
    card.append(make("ol", { class: "sources", "aria-label": words.sources }, ...answer.citations.map(sourceItem)));
  }
  const heading = make("h3", {}, answer.answerable ? words.passages : words.nearest);
  const list = make("ol", { class: "passages" }, ...answer.passages.map(passageItem));
  result.replaceChildren(card, ...(answer.passages.length ? [make("section", { class: "more" }, heading, list)] : []));
  list.querySelectorAll(".words").forEach(fold);
}

async function ask(question) {
  const mine = ++latest;
  say(WORDS[lang].busy);
  place("send").disabled = true;
  try {
    const headers = { "Content-Type": "application/json" };
    const response = await fetch("v1/ask", { method: "POST", headers, body: JSON.stringify({ question }) });
    const body = await response.json();
    if (mine !== latest) return;
    if (!response.ok) throw new Error(body.error.message);
    shown = body;
    place("samples").hidden = true;
    document.body.classList.add("answered");
    say("");
    draw(body);
    result.focus({ preventScroll: true });
  } catch (fault) {
    if (mine === latest) say(fault instanceof TypeError ? WORDS[lang].offline : fault.message, true);
  } finally {
    if (mine === latest) place("send").disabled = false;
  }
}

// The question stands in the address's fragment, which browsers do not send: going back shows its answer again.
function go(question) {
  const hash = `#q=${encodeURIComponent(question)}`;
  if (location.hash === hash) ask(question);
  else location.hash = hash;
}

function follow() {
  if (!location.hash.startsWith("#q=")) return;
  try {
    field.value = decodeURIComponent(location.hash.slice(3));
  } catch {
    return;
  }
  if (field.value.trim()) ask(field.value.trim());
}

function speak(chosen) {
  lang = chosen in WORDS ? chosen : "zh-CN";
  const words = WORDS[lang];
  document.documentElement.lang = lang;
  document.title = words.site;
  document.querySelectorAll("[data-t]").forEach((element) => { element.textContent = words[element.dataset.t]; });
  field.placeholder = words.placeholder;
  place("language").textContent = words.other;
  place("language").lang = words.otherLang;
  place("samples").replaceChildren(...words.samples.map(sample));
  if (shown) draw(shown);
}

function sample(text) {
  const button = make("button", { type: "button" }, text);
  button.addEventListener("click", () => go(text));
  return make("li", {}, button);
}

function remembered() {
  try {
    return localStorage.getItem("lang");
  } catch {
    return null;
  }
}

place("language").addEventListener("click", () => {
  speak(WORDS[lang].otherLang);
  try {
    localStorage.setItem("lang", lang);
  } catch { /* a browser that keeps nothing still switches */ }
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (field.value.trim()) go(field.value.trim());
});
addEventListener("hashchange", follow);
speak(remembered() ?? (navigator.language.startsWith("zh") ? "zh-CN" : "en"));
follow();
