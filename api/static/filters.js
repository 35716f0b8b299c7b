// The filter dialog and the chips that say which filters are on. A draft in the dialog counts only once it is applied.
import { button, langOf, make } from "./dom.js";
import { headlineOf, whenShown } from "./headlines.js";
import { documentsText, filtersOf, inOrder, issueText, periodText, readDate } from "./narrowing.js";
import { WORDS } from "./words.js";

const dialog = document.getElementById("filters"), chips = document.getElementById("chips");
// As many as one request may name.
const MOST = 1000;
// A list that is longer than this gets a field to find a document in it.
const FEW = 8;

async function allDocuments() {
  const found = [];
  let cursor = null;
  do {
    const query = new URLSearchParams({ limit: "100", ...(cursor ? { cursor } : {}) });
    const response = await fetch(`v1/documents?${query}`);
    if (!response.ok) throw new Error(String(response.status));
    const page = await response.json();
    found.push(...page.documents);
    cursor = page.next_cursor;
  } while (cursor && found.length < MOST);
  const newest = (one) => one.published ?? "";
  return found.sort((a, b) => newest(b).localeCompare(newest(a)) || a.file.localeCompare(b.file));
}

export class Filtering {
  filters = null;
  labels = [];

  // changed() is called when filters were set or removed; lang() gives the language.
  constructor(changed, lang) {
    this.changed = changed;
    this.lang = lang;
  }

  set(filters, labels = []) {
    this.filters = filters;
    this.labels = labels;
    this.drawChips();
    this.changed();
  }

  drawChips() {
    const filters = this.filters ?? {}, shown = [];
    if (filters.document_ids) shown.push([documentsText(filters, this.labels, this.lang()), ["document_ids"]]);
    if (filters.published_from || filters.published_to) {
      shown.push([periodText(filters, this.lang()), ["published_from", "published_to", "include_undated"]]);
    }
    chips.replaceChildren(...shown.map(([text, names]) => this.#chip(text, names)));
    chips.hidden = !shown.length;
  }

  #chip(text, names) {
    const drop = () => {
      const left = Object.fromEntries(Object.entries(this.filters).filter(([name]) => !names.includes(name)));
      this.set(Object.keys(left).length ? left : null, left.document_ids ? this.labels : []);
      document.getElementById("question").focus();
    };
    const chip = button(make("span", {}, text), drop, { class: "chip", "aria-label": WORDS[this.lang()].drop + text });
    chip.append(make("span", { "aria-hidden": "true" }, " ×"));
    return chip;
  }

  async open() {
    const words = WORDS[this.lang()];
    const documents = make("fieldset", { class: "documents" }, make("legend", {}, words.documents), make("p", { class: "soft" }, words.busy));
    const dates = this.#dates(words);
    const form = make("form", { method: "dialog", novalidate: true }, dates.element, documents, this.#buttons(words));
    form.addEventListener("submit", (event) => this.#apply(event, dates, documents));
    const title = make("h2", { id: "filters-title" }, words.filterTitle);
    const close = button("×", () => dialog.close(), { class: "close", "aria-label": words.close });
    dialog.replaceChildren(make("div", { class: "bar" }, title, close), make("div", { class: "inside" }, form));
    dialog.showModal();
    await this.#list(documents, words);
  }

  #buttons(words) {
    const clear = button(words.clear, () => {
      this.set(null);
      dialog.close();
    }, { class: "quiet" });
    return make("p", { class: "ends" }, clear, make("button", { class: "send" }, words.apply));
  }

  #dates(words) {
    const field = (name, label) => make("input", {
      id: name, type: "text", value: this.filters?.[name] ?? "", autocomplete: "off", maxlength: 20, placeholder: "2023-07",
      "aria-describedby": "date-hint date-fault", "aria-label": `${words.period}: ${label}`,
    });
    const from = field("published_from", words.from), to = field("published_to", words.to);
    const undated = make("input", { type: "checkbox", checked: this.filters?.include_undated });
    const fault = make("p", { id: "date-fault", class: "fault", role: "alert" });
    const element = make("fieldset", {}, make("legend", {}, words.period),
      make("div", { class: "dates" }, make("label", {}, `${words.from} `, from), make("label", {}, `${words.to} `, to)),
      make("p", { id: "date-hint", class: "soft" }, words.dateHint), fault, make("label", { class: "check" }, undated, words.withUndated));
    return { element, from, to, undated, fault };
  }

  async #list(box, words) {
    const legend = box.firstElementChild;
    let documents = [];
    try {
      documents = await allDocuments();
    } catch {
      box.replaceChildren(legend, make("p", { class: "fault" }, words.documentsOffline));
      return;
    }
    const before = new Map(this.labels.map((one) => [one.id, one.headline]));
    documents.forEach((one) => { one.headline = before.get(one.id); });
    box.listed = documents;
    const chosen = new Set(this.filters?.document_ids ?? []);
    const rows = documents.map((one) => this.#row(one, chosen.has(one.id)));
    const find = make("input", { type: "search", "aria-label": words.find, placeholder: words.find });
    find.addEventListener("input", () => rows.forEach((row) => {
      row.hidden = !`${row.textContent} ${row.title}`.toLowerCase().includes(find.value.trim().toLowerCase());
    }));
    const none = documents.length ? null : make("p", { class: "soft" }, words.noDocuments);
    const list = make("div", { class: "list" }, ...rows);
    box.replaceChildren(...[legend, documents.length > FEW ? find : null, list, none].filter(Boolean));
    whenShown(list, rows, (row) => this.#name(row, documents[rows.indexOf(row)]));
  }

  #row(one, checked) {
    const check = make("input", { type: "checkbox", value: one.id, checked });
    const issue = issueText(one, this.lang());
    const name = make("span", { class: "headlines" }, one.headline || one.file);
    return make("label", { class: "check", title: one.file }, check, make("span", {}, issue ? `${issue} ` : null, name));
  }

  // Until the headlines have come, and where there are none, the file's name stands.
  async #name(row, one) {
    one.headline = await headlineOf(one.id) || one.headline;
    if (!one.headline) return;
    const name = row.querySelector(".headlines");
    name.textContent = one.headline;
    name.lang = langOf(one.headline);
  }

  #apply(event, { from, to, undated, fault }, documents) {
    const dates = [from, to].map((field) => readDate(field.value));
    [from, to].forEach((field, i) => field.setAttribute("aria-invalid", dates[i] === null));
    const words = WORDS[this.lang()];
    const wrong = dates.includes(null) ? words.badDate : inOrder(...dates) ? "" : words.badOrder;
    fault.textContent = wrong;
    if (wrong) {
      event.preventDefault();
      (dates[0] === null || dates[1] !== null ? from : to).focus();
      return;
    }
    // While the list has not come, what was chosen before stays.
    const ids = documents.listed
      ? [...documents.querySelectorAll("input[type=checkbox]:checked")].map((check) => check.value)
      : this.filters?.document_ids ?? [];
    const known = (documents.listed ?? this.labels).filter((one) => ids.includes(one.id));
    const labels = known.map(({ id, publication, published, file, headline }) => ({ id, publication, published, file, headline }));
    this.set(filtersOf({ ids, from: dates[0], to: dates[1], undated: undated.checked }), labels);
  }
}

dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
});
