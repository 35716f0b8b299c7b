// One draft as a form: question, answer, type and quote with the text around it. What was not changed is not sent.
import { button, langOf, make } from "./dom.js";
import { marked, readingLink } from "./passages.js";
import { dateText } from "./words.js";
import { WORDS } from "./evaluate-words.js";

const TYPES = ["fact-number", "fact-date", "fact-person", "fact-place", "list", "how-why", "paraphrase", "unanswerable-near", "unanswerable-off"];
const BOUNDS = { question: 1000, answer: 4000, quote: 4000, type: 60 };

export class Card {
  #draft;
  #lang;
  #act;
  #fields = {};
  #note = make("div", { class: "near", "aria-live": "polite" });

  // act: accept(changes), reject(changes), restore(changes), save(changes), all with what was changed.
  constructor(draft, lang, act) {
    this.#draft = draft;
    this.#lang = lang;
    this.#act = act;
    this.element = make("form", { class: "card", id: "card" }, this.#head(), this.#field("question", 2), this.#answerable(),
      this.#field("quote", 3), this.#note, this.#field("answer", 1), this.#type(), this.#context(), this.#buttons());
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#act.save(this.changes());
    });
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.accept();
    });
    this.#arrange();
  }

  get #words() {
    return WORDS[this.#lang];
  }

  changes() {
    const found = {};
    for (const [name, field] of Object.entries(this.#fields)) {
      const value = name === "answerable" ? field.checked : field.value.trim();
      if (value !== (name === "answerable" ? this.#draft[name] : this.#draft[name].trim())) found[name] = value;
    }
    return found;
  }

  accept() {
    this.#act.accept(this.changes());
  }

  reject() {
    this.#act.reject(this.changes());
  }

  edit() {
    this.#fields.question.focus();
  }

  // The text of the document that is most like a quote which does not stand in it; "" when none is.
  nearest(text) {
    const words = this.#words, quote = this.#fields.quote;
    quote.setAttribute("aria-invalid", "true");
    const use = () => {
      quote.value = text;
      quote.removeAttribute("aria-invalid");
      this.#note.replaceChildren();
      quote.focus();
    };
    this.#note.replaceChildren(make("p", { class: "fault" }, words.strayed), ...(text
      ? [make("p", {}, words.nearest), make("blockquote", { lang: langOf(text) }, text), button(words.useNearest, use)]
      : [make("p", {}, words.nothingNear)]));
    quote.focus();
  }

  #head() {
    const { state, origin, file, place } = this.#draft, words = this.#words;
    const source = [place?.publication, place && dateText(place.published, this.#lang), place?.title ?? file].filter(Boolean).join(" · ");
    return make("p", { class: "facts" }, make("span", { class: `state ${state}` }, words.states[state]),
      make("span", { class: "soft" }, words.origins[origin] ?? origin), make("span", { class: "soft" }, source));
  }

  #labelled(name, field) {
    this.#fields[name] = field;
    return make("div", { class: `field ${name}` }, make("label", { for: field.id }, this.#words[name]), field);
  }

  #field(name, rows) {
    const value = this.#draft[name];
    const field = make("textarea", { id: `draft-${name}`, name, rows, maxlength: BOUNDS[name], lang: langOf(value || "文") });
    field.value = value;
    return this.#labelled(name, field);
  }

  #type() {
    const field = make("input", { id: "draft-type", name: "type", maxlength: BOUNDS.type, list: "types", autocomplete: "off" });
    field.value = this.#draft.type;
    const known = make("datalist", { id: "types" }, ...TYPES.map((type) => make("option", { value: type })));
    const labelled = this.#labelled("type", field);
    labelled.append(known);
    return labelled;
  }

  #answerable() {
    const field = make("input", { id: "draft-answerable", type: "checkbox", checked: this.#draft.answerable });
    field.addEventListener("change", () => this.#arrange());
    this.#fields.answerable = field;
    return make("p", { class: "check" }, field, make("label", { for: field.id }, this.#words.answerable));
  }

  #arrange() {
    for (const name of ["quote", "answer"]) this.#fields[name].closest(".field").hidden = !this.#fields.answerable.checked;
  }

  #context() {
    const { place, document_id, quote, answerable } = this.#draft, words = this.#words;
    if (!quote || !answerable) return make("p", { class: "soft" }, words.noQuote);
    if (!place) return make("p", { class: "soft" }, words.gone);
    const link = readingLink({ document_id, spans: place.spans, paragraph: place.paragraph ?? 1 }, this.#lang);
    return make("div", { class: "context" }, make("h3", {}, words.context),
      make("p", { lang: langOf(place.context) }, ...marked(place.context, [place.marked])),
      make("p", {}, make("a", { href: link, target: "_blank", rel: "noopener" }, words.read)));
  }

  #buttons() {
    const { state } = this.#draft, words = this.#words, key = (letter) => make("kbd", {}, letter);
    const accept = make("button", { type: "button", class: "main", id: "accept", "aria-keyshortcuts": "a" }, words.accept, key("a"));
    const reject = make("button", { type: "button", id: "reject", "aria-keyshortcuts": "r" }, words.reject, key("r"));
    const restore = button(words.back, () => this.#act.restore(this.changes()));
    accept.addEventListener("click", () => this.accept());
    reject.addEventListener("click", () => this.reject());
    return make("p", { class: "buttons" }, state === "accepted" ? null : accept, state === "rejected" ? null : reject,
      state === "proposed" ? null : restore, make("button", { type: "submit", class: "quiet" }, words.save));
  }
}
