// An answer with its citations as text to be copied: pure functions from the API's answer to a string.
import { WORDS, dateText } from "./words.js";

const MARKER = /\[(\d+)\]/g;
// A note tells each misprint in both languages.
const MISPRINT = /“([^”]*)”应为“([^”]*)”(?: \(printed \1, should read \2\))?/g;

// Returns [[printed, read]], none for a note of another form.
function misprintsOf(note) {
  return note && !/[^;\s]/.test(note.replace(MISPRINT, "")) ? [...note.matchAll(MISPRINT)].map((found) => found.slice(1)) : [];
}

// The half of a note that the reader's language asks for; a note of another form stays whole.
export function noteText(note, lang) {
  const found = misprintsOf(note);
  return found.length ? found.map((pair) => WORDS[lang].misprint(...pair)).join(lang === "en" ? "; " : "；") : note;
}

// The note of a citation, as far as the answer does not tell it: quotations carry their misprints behind them, in the
// language of the question.
export function untold(answer, { note }) {
  const found = misprintsOf(note);
  const told = found.length && found.every(([printed, read]) =>
    answer.includes(`“${printed}”应为“${read}”`) || answer.includes(`“${printed}” should read “${read}”`));
  return told ? null : note;
}

export function placeText(citation, lang) {
  const words = WORDS[lang];
  const page = citation.page ? words.page(citation.page) : null;
  const date = citation.published ? dateText(citation.published, lang) : null;
  return [citation.publication, date, citation.title, citation.byline, page, words.paragraph(citation.paragraph)]
    .filter(Boolean).join(" · ");
}

export function plainText(answer, lang) {
  const words = WORDS[lang];
  const sources = answer.citations.map((one) =>
    [`[${one.marker}] ${placeText(one, lang)}`, noteText(untold(answer.answer, one), lang), one.url].filter(Boolean).join("\n    "));
  return [words.copyQuestion + answer.question, words.copyAnswer + answer.answer, sources.join("\n")].filter(Boolean).join("\n\n");
}

function escaped(text) {
  return text.replace(/[\\`*_[\]<>#|~&]/g, "\\$&");
}

function target(url) {
  return url.replace(/[()<>\s\\]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

export function markdown(answer, lang) {
  const urls = new Map(answer.citations.map((one) => [one.marker, one.url]));
  // The odd parts are the markers' numbers.
  const text = answer.answer.split(MARKER).map((part, i) => {
    if (i % 2 === 0) return escaped(part).replace(/\n+/g, "\n\n");
    return urls.has(Number(part)) ? `[\\[${part}\\]](${target(urls.get(Number(part)))})` : `\\[${part}\\]`;
  }).join("");
  const sources = answer.citations.map((one) => {
    const told = noteText(untold(answer.answer, one), lang);
    const note = told ? `  \n   ${escaped(told)}` : "";
    return `${one.marker}. [${escaped(placeText(one, lang))}](${target(one.url)})${note}`;
  });
  return [`**${escaped(answer.question)}**`, text, sources.join("\n")].filter(Boolean).join("\n\n");
}

// The number of the page in the paper, where a section's name is one (A03, 3, 第3版); a name such as 今日江海 is none.
function paperPage(section) {
  return /^第?\s*([A-Z]?\d{1,3})\s*版?$/i.exec(section ?? "")?.[1] ?? null;
}

function authorText(authors) {
  return authors.length > 3 ? `${authors.slice(0, 3).join(", ")}, 等` : authors.join(", ");
}

// One newspaper article by GB/T 7714-2015; what is not known is left out. `details` has authors and section, `accessed` the
// day (YYYY-MM-DD) on which the text was read, which the standard asks for beside an address.
export function gbtEntry(citation, details, accessed) {
  const kind = citation.url ? "[N/OL]" : "[N]";
  const page = paperPage(details.section);
  const date = citation.published ? citation.published + (page ? `(${page})` : "") : null;
  const issue = [citation.publication, date].filter(Boolean).join(", ");
  const read = citation.url && accessed ? `[${accessed}]` : "";
  const parts = [authorText(details.authors), (citation.title ?? "") + kind, issue + read].filter(Boolean);
  return `[${citation.marker}] ${parts.join(". ")}.${citation.url ? ` ${citation.url}` : ""}`;
}

// `detailsOf` gives the details of a citation.
export function gbt(answer, detailsOf, accessed) {
  return [answer.answer, answer.citations.map((one) => gbtEntry(one, detailsOf(one), accessed)).join("\n")].filter(Boolean).join("\n\n");
}
