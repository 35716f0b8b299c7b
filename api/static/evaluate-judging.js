// Judging: type a question or take the next accepted one, see what is really found, say of each passage whether it answers.
import { button, langOf, make } from "./dom.js";
import { get, post, put, remove } from "./evaluate-service.js";
import { Results } from "./evaluate-results.js";
import { WORDS } from "./evaluate-words.js";

const QUESTIONS = "v1/testing/questions", JUDGEMENTS = "v1/testing/judgements", DEPTH = 10, LATEST = 20;

export class Judging {
  #root;
  #page;
  #listed = { questions: [], total: 0, next: null, left: 0 };
  #passages = null;
  #question = "";
  #judged = null;
  #results = null;
  #turn = 0;

  // page: lang(), announce(text), tell(text), clear(), counted(text), tried(act)
  constructor(root, page) {
    this.#root = root;
    this.#page = page;
  }

  get #words() {
    return WORDS[this.#page.lang()];
  }

  #place(id) {
    return this.#root.querySelector(`#${id}`);
  }

  async open() {
    this.draw();
    await this.refresh();
  }

  async refresh() {
    this.#listed = await get(QUESTIONS, { limit: LATEST });
    this.#drawList();
  }

  draw() {
    const words = this.#words, typed = this.#place("ask")?.value ?? this.#question;
    const field = make("textarea", { id: "ask", rows: 1, maxlength: 1000, placeholder: words.askPlaceholder, enterkeyhint: "search" });
    field.value = typed;
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.search(field.value);
    });
    const form = make("form", { class: "asking" }, make("div", { class: "field" }, make("label", { for: "ask" }, words.ask), field),
      make("button", { class: "main", id: "find" }, words.find), button("", () => this.#takeNext(), { id: "take", "aria-keyshortcuts": "n" }));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.search(field.value);
    });
    this.#root.replaceChildren(form, make("div", { id: "found" }), make("p", { class: "soft keys" }, words.judgeKeys),
      make("h2", {}, words.done), make("div", { id: "judged" }));
    this.#drawFound();
    this.#drawList();
  }

  async search(text) {
    const question = text.trim(), turn = ++this.#turn;
    if (!question) return this.#place("ask").focus();
    this.#page.clear();
    this.#page.announce(this.#words.finding);
    await this.#page.tried(async () => {
      const [{ passages }, { questions }] = await Promise.all([
        post("v1/search", { query: question, top_k: DEPTH }), get(QUESTIONS, { question })]);
      if (turn !== this.#turn) return;
      this.#question = question;
      this.#passages = passages;
      this.#judged = questions[0] ?? null;
      this.#place("ask").value = question;
      this.#drawFound();
      this.#page.announce(passages.length ? this.#words.results(passages.length) : this.#words.noResults);
      this.#place("found-title")?.focus();
    });
  }

  #takeNext() {
    if (this.#listed.next) this.search(this.#listed.next);
  }

  #drawFound() {
    const words = this.#words, place = this.#place("found");
    this.#results = null;
    if (!this.#passages) return place.replaceChildren();
    this.#results = new Results(this.#passages, this.#page.lang(), (passage, grade, i) => this.#judge(passage, grade, i));
    const none = button(words.noneAnswers, () => this.#markNone(), { id: "none", "aria-pressed": "false", "aria-keyshortcuts": "u" });
    place.replaceChildren(make("h2", { tabindex: "-1", id: "found-title" }, this.#passages.length ? words.results(this.#passages.length) : words.noResults),
      make("p", { class: "asked", lang: langOf(this.#question) }, this.#question), this.#results.element,
      make("p", { class: "soft", id: "elsewhere" }), make("p", { class: "buttons" }, none));
    this.#drawJudged();
  }

  #drawJudged() {
    const words = this.#words, none = this.#place("none");
    const elsewhere = this.#results.show(this.#judged?.judgements ?? []);
    this.#place("elsewhere").textContent = elsewhere > 0 ? words.elsewhere(elsewhere) : "";
    const marked = this.#judged?.unanswerable ?? false;
    none.setAttribute("aria-pressed", String(marked));
    none.replaceChildren(marked ? words.noneMarked : words.noneAnswers, make("kbd", {}, "u"));
  }

  async #judge(passage, grade, i) {
    const question = this.#question;
    await this.#page.tried(async () => {
      let judged;
      if (grade === null) {
        await remove(`${JUDGEMENTS}/${this.#judged.id}/${encodeURIComponent(passage.known)}`);
        judged = (await get(QUESTIONS, { question })).questions[0];
      } else {
        judged = await put(JUDGEMENTS, { question, passage_id: passage.id, grade });
      }
      if (question !== this.#question) return;
      this.#judged = judged;
      this.#drawJudged();
      this.#page.announce(grade === null ? this.#words.takenBack : this.#words.judged(this.#words.grades[grade]));
      if (grade !== null) this.#results.advance(i);
      await this.refresh();
    });
  }

  async #markNone() {
    const question = this.#question;
    await this.#page.tried(async () => {
      const judged = await put(QUESTIONS, { question, unanswerable: !this.#judged?.unanswerable });
      if (question !== this.#question) return;
      this.#judged = judged;
      this.#drawJudged();
      this.#page.announce(judged.unanswerable ? this.#words.judged(this.#words.unanswerable) : this.#words.takenBack);
      await this.refresh();
    });
  }

  #drawList() {
    const words = this.#words, { questions, total, next, left } = this.#listed;
    this.#page.counted(String(total));
    const take = this.#place("take");
    take.replaceChildren(next ? words.take(left) : words.takeNone, ...(next ? [make("kbd", {}, "n")] : []));
    take.disabled = !next;
    const list = make("ul", { class: "done" }, ...questions.map((one) => this.#line(one)));
    this.#place("judged").replaceChildren(...(questions.length ? [list] : [make("p", { class: "empty" }, words.doneNone)]),
      ...(total > questions.length ? [make("p", { class: "soft" }, words.showing(questions.length, total))] : []));
  }

  #line(one) {
    const words = this.#words, of = (low, high) => one.judgements.filter(({ grade }) => low <= grade && grade <= high).length;
    const said = one.unanswerable ? words.unanswerable : words.doneLine(of(2, 3), of(1, 1), of(0, 0));
    const forget = button(words.forget, () => this.#forget(one, forget), { class: "quiet" });
    return make("li", {}, make("span", { class: "asked", lang: langOf(one.question) }, one.question), make("span", { class: "soft" }, said),
      make("span", { class: "buttons" }, button(words.open, () => this.search(one.question), { class: "quiet" }), forget));
  }

  // The first press asks, the second deletes.
  async #forget(one, pressed) {
    if (pressed.textContent !== this.#words.forgetAsk) {
      pressed.textContent = this.#words.forgetAsk;
      this.#page.announce(this.#words.forgetAsk);
      return;
    }
    await this.#page.tried(async () => {
      await remove(`${QUESTIONS}/${one.id}`);
      if (one.id === this.#judged?.id) this.#judged = null;
      if (this.#results) this.#drawJudged();
      this.#page.announce(this.#words.forgotten);
      await this.refresh();
      this.#place("ask").focus();
    });
  }

  key(letter) {
    if (letter === "n") this.#takeNext();
    else if (!this.#results) return false;
    else if ("210".includes(letter)) this.#results.press(Number(letter));
    else if (letter === "j") this.#results.move(1);
    else if (letter === "k") this.#results.move(-1);
    else if (letter === "u") this.#markNone();
    else return false;
    return true;
  }
}
