// Filters as values: dates as people write them, what the API takes, and the words for what is on.
import { WORDS, dateText } from "./words.js";

// 2023, 2023-7, 2023/07/24, 202307, 2023年7月24日 as YYYY, YYYY-MM or YYYY-MM-DD; "" for none, null for what is no date.
// A field of type=month would say less, and not every browser has one.
export function readDate(text) {
  const plain = text.normalize("NFKC").trim();
  if (!plain) return "";
  const found = /^(\d{4})(?:\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2})\s*日?|\s*月)?|年|(\d{2})(\d{2})?)?$/.exec(plain);
  if (!found) return null;
  const [year, month, day] = [found[1], found[2] ?? found[4], found[3] ?? found[5]];
  const date = new Date(Date.UTC(Number(year), Number(month ?? 1) - 1, Number(day ?? 1)));
  const real = Number(year) > 0 && date.getUTCMonth() === Number(month ?? 1) - 1 && date.getUTCDate() === Number(day ?? 1);
  return real ? [year, month, day].filter(Boolean).map((part) => part.padStart(2, "0")).join("-") : null;
}

// A partial date is an interval; the two are in order when the first does not begin after the second has ended.
export function inOrder(from, to) {
  return !from || !to || from <= to || from.startsWith(to);
}

// Returns null when nothing is filtered.
export function filtersOf({ ids = [], from = "", to = "", undated = false }) {
  const filters = {};
  if (ids.length) filters.document_ids = ids;
  if (from) filters.published_from = from;
  if (to) filters.published_to = to;
  if (undated && (from || to)) filters.include_undated = true;
  return Object.keys(filters).length ? filters : null;
}

export function periodText({ published_from: from, published_to: to }, lang) {
  const words = WORDS[lang];
  if (from && to) return from === to ? dateText(from, lang) : words.between(dateText(from, lang), dateText(to, lang));
  return from ? words.since(dateText(from, lang)) : words.until(dateText(to, lang));
}

export function documentLabel(document_, lang) {
  const { headline, file } = document_;
  return [issueText(document_, lang), headline || file].filter(Boolean).join(" · ");
}

// Publication and date, "" when neither is known.
export function issueText({ publication, published }, lang) {
  return [publication, published || publication ? dateText(published, lang) : null].filter(Boolean).join(" · ");
}

// `labels` are the chosen documents, as far as they are known; one is named, more are counted.
export function documentsText({ document_ids: ids }, labels, lang) {
  return ids.length === 1 && labels?.length === 1 ? documentLabel(labels[0], lang) : WORDS[lang].chosen(ids.length);
}

export function filterText(filters, labels, lang) {
  const parts = [];
  if (filters.document_ids) parts.push(documentsText(filters, labels, lang));
  if (filters.published_from || filters.published_to) parts.push(periodText(filters, lang));
  return parts.join(" · ");
}
