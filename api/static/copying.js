// The row of buttons that copy an answer with its citations.
import { gbt, markdown, plainText } from "./citing.js";
import { button, make } from "./dom.js";
import { WORDS } from "./words.js";

function today() {
  const now = new Date(), two = (number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

// Authors and section are facts of the document that an answer does not carry. A document that cannot be had gives none.
async function detailsOf(citation) {
  const details = { authors: [], section: null };
  try {
    const response = await fetch(`v1/documents/${encodeURIComponent(citation.document_id)}`);
    const document_ = await response.json();
    const holds = (article) => article.passages.some((passage) => passage.id === citation.passage_id);
    const article = document_.articles.find(holds);
    if (article) details.authors = [...article.reporters, ...article.correspondents];
    details.section = document_.section;
  } catch { /* left out */ }
  return details;
}

async function gbtText(answer) {
  const details = new Map(await Promise.all(answer.citations.map(async (one) => [one.marker, await detailsOf(one)])));
  return gbt(answer, (one) => details.get(one.marker), today());
}

// Pages that are not served over HTTPS, as in an office's network, have no clipboard interface.
function copyByHand(text) {
  const area = make("textarea", { class: "hidden", readonly: true });
  const focused = document.activeElement;
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  focused?.focus({ preventScroll: true });
  if (!done) throw new Error("not copied");
}

// Safari takes a text that is still to come only as a promise inside of an item.
async function copy(promise) {
  if (!navigator.clipboard) return copyByHand(await promise);
  if (!globalThis.ClipboardItem) return navigator.clipboard.writeText(await promise);
  const blob = promise.then((text) => new Blob([text], { type: "text/plain" }));
  return navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
}

export function copyRow(answer, lang, announce) {
  const words = WORDS[lang];
  const texts = {
    [words.copyPlain]: async () => plainText(answer, lang),
    Markdown: async () => markdown(answer, lang),
    "GB/T 7714": () => gbtText(answer),
  };
  const row = make("div", { class: "copy", role: "group", "aria-label": words.copy }, make("span", { "aria-hidden": "true" }, words.copy));
  for (const [name, text] of Object.entries(texts)) {
    const one = button(name, async () => {
      const said = await copy(text()).then(() => words.copied, () => words.copyFailed);
      one.textContent = said;
      announce(said);
      setTimeout(() => { one.textContent = name; }, 1600);
    }, { class: "quiet", "aria-label": `${words.copy}: ${name}` });
    row.append(one);
  }
  return row;
}
