// The passages that a search found, each with buttons for what a person says of it; one of them is the current one.
import { button, langOf, make } from "./dom.js";
import { linkTo, marked, placeLine, titleOf } from "./passages.js";
import { WORDS } from "./evaluate-words.js";

export const GRADES = [2, 1, 0];

export class Results {
  #passages;
  #lang;
  #judge;
  #items;
  #at = 0;

  // judge(passage, grade): grade is null to take it back.
  constructor(passages, lang, judge) {
    this.#passages = passages;
    this.#lang = lang;
    this.#judge = judge;
    this.#items = passages.map((passage, i) => this.#item(passage, i));
    this.element = make("ol", { class: "results" }, ...this.#items.map(({ element }) => element));
    this.#mark();
  }

  get #words() {
    return WORDS[this.#lang];
  }

  #item(passage, i) {
    const { citation } = passage, words = this.#words;
    const buttons = GRADES.map((grade) => button(words.grades[grade], () => this.grade(grade, i), {
      class: `grade g${grade}`, "aria-pressed": "false", title: words.gradeHint[grade], "aria-keyshortcuts": grade }));
    buttons.forEach((one, n) => one.append(make("kbd", {}, String(GRADES[n]))));
    const title = linkTo(citation, this.#lang, titleOf(citation, this.#lang), {
      class: "headline", target: "_blank", rel: "noopener", lang: langOf(citation.title ?? "") });
    const element = make("li", { tabindex: "-1" }, title, placeLine(citation, this.#lang),
      make("p", { class: "words", lang: langOf(passage.text) }, ...marked(passage.text, passage.highlights)),
      make("div", { class: "buttons", role: "group", "aria-label": words.passageOf(i + 1, titleOf(citation, this.#lang)) }, ...buttons));
    element.addEventListener("focusin", () => {
      this.#at = i;
      this.#mark();
    });
    return { element, buttons, grade: null };
  }

  // The grades that are kept, by passage; an id that changed with an index is known by its words.
  show(judgements) {
    this.#items.forEach((item, i) => {
      const { id, citation } = this.#passages[i];
      const found = judgements.find((one) => one.passage_id === id || (one.file === citation.file && citation.quote.includes(one.quote)));
      item.grade = found?.grade ?? null;
      item.known = found?.passage_id ?? id;
      item.buttons.forEach((one, n) => one.setAttribute("aria-pressed", String(Math.min(item.grade ?? -1, 2) === GRADES[n])));
      item.element.classList.toggle("judged", item.grade !== null);
    });
    const shown = this.#items.filter((item) => item.grade !== null).length;
    return judgements.length - shown;
  }

  // A button that is pressed already takes its word back; the key of the same grade goes on to the next passage.
  grade(grade, i = this.#at, again = null) {
    const item = this.#items[i];
    if (item) this.#judge({ ...this.#passages[i], known: item.known }, item.grade === grade ? again : grade, i);
  }

  press(grade) {
    this.grade(grade, this.#at, grade);
  }

  move(step) {
    const to = this.#at + step;
    if (!this.#items[to]) return;
    this.#at = to;
    this.#mark();
    this.#items[to].element.focus();
    this.#items[to].element.scrollIntoView({ block: "nearest" });
  }

  advance(i) {
    if (i === this.#at) this.move(1);
  }

  #mark() {
    this.#items.forEach(({ element }, i) => element.classList.toggle("current", i === this.#at));
  }
}
