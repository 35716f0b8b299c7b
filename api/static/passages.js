// Passages as a list, and what a citation says of its place; shared by the answers and the source panel.
import { noteText } from "./citing.js";
import { button, make } from "./dom.js";
import { cut } from "./places.js";
import { WORDS, dateText } from "./words.js";

// Links are relative, so that they work behind any address and prefix. In a frame they open a page of their own.
export function readingLink(citation, lang) {
  const marks = citation.spans.slice(0, 100).map(([start, end]) => `${start}-${end}`).join(",");
  return `documents/${encodeURIComponent(citation.document_id)}?mark=${marks}&lang=${lang.slice(0, 2)}#p${citation.paragraph}`;
}

export function linkTo(citation, lang, text, attributes = {}) {
  const apart = document.documentElement.dataset.embed === undefined ? {} : { target: "_blank", rel: "noopener" };
  return make("a", { href: readingLink(citation, lang), ...apart, ...attributes }, text);
}

export function placeLine(citation, lang) {
  const words = WORDS[lang];
  const page = citation.page ? words.page(citation.page) : null;
  const parts = [citation.publication || citation.file, dateText(citation.published, lang), page, citation.byline];
  if (citation.event_date) parts.push(words.event(dateText(citation.event_date, lang)));
  return make("span", { class: "place" }, parts.filter(Boolean).join(" · "));
}

export function marked(text, spans) {
  return cut(text, spans).map((part) => (part.marked ? make("mark", {}, part.text) : part.text));
}

export function titleOf(citation, lang) {
  return citation.title || WORDS[lang].untitled;
}

export function noteOf(citation, lang) {
  return citation.note ? make("p", { class: "note" }, make("b", {}, WORDS[lang].erratum), noteText(citation.note, lang)) : null;
}

export function reprints(citation, lang) {
  return citation.also_in.map((other) => make("span", { class: "place also" }, `${WORDS[lang].also} `,
    linkTo(other, lang, [other.publication, other.published && dateText(other.published, lang), other.title || other.file]
      .filter(Boolean).join(" · "))));
}

function item(passage, lang) {
  const { citation } = passage;
  const kind = passage.kind === "paragraph" ? null : make("span", { class: "kind" }, WORDS[lang][passage.kind] ?? passage.kind);
  const title = linkTo(citation, lang, titleOf(citation, lang), { class: "headline", lang: citation.title ? "zh-CN" : lang });
  const text = make("p", { class: "words", lang: "zh-CN" }, ...marked(passage.text, passage.highlights));
  return make("li", {}, kind, title, placeLine(citation, lang), text, noteOf(citation, lang), ...reprints(citation, lang));
}

// Only what is really cut off gets a button, which is known once the text is shown.
function fold(text, lang) {
  text.classList.add("folded");
  if (text.scrollHeight <= text.clientHeight + 2) return text.classList.remove("folded");
  const more = button(WORDS[lang].unfold, () => {
    text.classList.remove("folded");
    text.tabIndex = -1;
    text.focus({ preventScroll: true });
    more.remove();
  }, { class: "quiet" });
  text.after(more);
}

export function passageList(passages, lang, { nearest = false, open = false } = {}) {
  const words = WORDS[lang];
  const list = make("ol", { class: "passages" }, ...passages.map((passage) => item(passage, lang)));
  const title = (nearest ? words.nearest : words.passages)(passages.length);
  const box = make("details", { class: "more", open }, make("summary", {}, title), list);
  let measured = false;
  box.addEventListener("toggle", () => {
    if (!box.open || measured) return;
    measured = true;
    list.querySelectorAll(".words").forEach((text) => fold(text, lang));
  });
  return box;
}
