// Drafts of test questions: propose further ones, and review them one by one.
import { button, make } from "./dom.js";
import { get, patch, post } from "./evaluate-service.js";
import { WORDS } from "./evaluate-words.js";
import { Card } from "./evaluate-card.js";

const DRAFTS = "v1/testing/drafts", AT_ONCE = 5, PAGE = 100;

export class Drafts {
  #root;
  #page;
  #state = "proposed";
  #drafts = [];
  #at = 0;
  #counts = { proposed: 0, accepted: 0, rejected: 0 };
  #model = null;
  #documents = [];
  #document = "";
  #card = null;
  #changing = false;
  #proposing = false;

  // page: lang(), announce(text), tell(text), clear(), counted(text), changed(), tried(act, strayed)
  constructor(root, page) {
    this.#root = root;
    this.#page = page;
  }

  get #words() {
    return WORDS[this.#page.lang()];
  }

  async open() {
    await this.#load();
    this.draw();
    try {
      this.#documents = (await get("v1/documents", { limit: 100 })).documents;
    } catch { /* drafts come from all documents then */ }
    this.#drawTools();
  }

  async #load() {
    const listed = await get(DRAFTS, { state: this.#state, limit: PAGE });
    this.#drafts = listed.drafts;
    this.#counts = listed.counts;
    this.#model = listed.model;
    this.#at = 0;
  }

  draw() {
    this.#root.replaceChildren(make("div", { class: "tools", id: "draft-tools" }), make("p", { class: "soft", id: "draft-progress" }),
      make("progress", { id: "draft-bar", max: 1, value: 0, "aria-labelledby": "draft-progress" }), make("div", { id: "draft-place" }),
      make("p", { class: "soft keys" }, this.#words.draftKeys));
    this.#drawTools();
    this.#drawCard();
  }

  #place(id) {
    return this.#root.querySelector(`#${id}`);
  }

  #drawTools() {
    const words = this.#words;
    const state = this.#select("draft-state", words.show, Object.entries(words.states), this.#state, (chosen) => this.#show(chosen));
    const named = this.#documents.map((one) => [one.id, [one.publication, one.published, one.file].filter(Boolean).join(" · ")]);
    const from = this.#select("draft-from", words.from, [["", words.allDocuments], ...named], this.#document, (chosen) => { this.#document = chosen; });
    const more = button(this.#proposing ? (this.#model ? words.draftingModel : words.drafting) : words.more(AT_ONCE), () => this.#propose(), {
      id: "propose", class: "main", "aria-disabled": this.#proposing ? "true" : null });
    const by = make("p", { class: "soft" }, this.#model ? words.byModel(this.#model) : words.byRules);
    this.#place("draft-tools").replaceChildren(state, from, more, by);
  }

  #select(id, label, options, chosen, act) {
    const select = make("select", { id }, ...options.map(([value, text]) => make("option", { value, selected: value === chosen }, text)));
    select.addEventListener("change", () => act(select.value));
    return make("div", { class: "field" }, make("label", { for: id }, label), select);
  }

  #drawProgress() {
    const words = this.#words, { proposed, accepted, rejected } = this.#counts, all = proposed + accepted + rejected;
    this.#page.counted(String(proposed));
    this.#place("draft-progress").textContent = words.progress(accepted + rejected, all, accepted);
    const bar = this.#place("draft-bar");
    bar.max = Math.max(1, all);
    bar.value = accepted + rejected;
    const position = this.#place("draft-position");
    if (position) position.textContent = words.position(this.#at + 1, this.#drafts.length);
  }

  #drawCard() {
    const words = this.#words, draft = this.#drafts[this.#at];
    this.#drawProgress();
    if (!draft) {
      this.#card = null;
      this.#place("draft-place").replaceChildren(make("p", { class: "empty" }, words.empty[this.#state]));
      return;
    }
    this.#card = new Card(draft, this.#page.lang(), {
      accept: (changes) => this.#change({ ...changes, state: "accepted" }, words.accepted),
      reject: (changes) => this.#change({ ...changes, state: "rejected" }, words.rejected),
      restore: (changes) => this.#change({ ...changes, state: "proposed" }, words.restored),
      save: (changes) => (Object.keys(changes).length ? this.#change(changes, words.saved, false) : this.#page.announce(words.saved)),
    });
    const move = make("p", { class: "buttons moving" }, button(words.previous, () => this.#move(-1), { class: "quiet", "aria-keyshortcuts": "k" }),
      make("span", { class: "soft", id: "draft-position" }, words.position(this.#at + 1, this.#drafts.length)),
      button(words.next, () => this.#move(1), { class: "quiet", "aria-keyshortcuts": "j" }));
    this.#place("draft-place").replaceChildren(move, this.#card.element);
  }

  async #show(state) {
    this.#state = state;
    await this.#page.tried(async () => {
      await this.#load();
      this.#drawCard();
    });
  }

  #move(step) {
    const to = Math.min(this.#drafts.length - 1, Math.max(0, this.#at + step));
    if (to === this.#at || to < 0) return;
    this.#at = to;
    this.#page.clear();
    this.#drawCard();
    this.#page.announce(`${this.#words.position(to + 1, this.#drafts.length)}: ${this.#drafts[to].question}`);
  }

  // What is proposed comes behind what is being reviewed, which goes on meanwhile.
  async #propose() {
    if (this.#proposing) return;
    this.#proposing = true;
    this.#drawTools();
    this.#page.announce(this.#words.drafting);
    await this.#page.tried(async () => {
      const { drafts, counts } = await post(DRAFTS, { count: AT_ONCE, document_ids: this.#document ? [this.#document] : [] });
      if (this.#state === "proposed") this.#drafts.push(...drafts);
      else if (drafts.length) await this.#show("proposed");
      this.#counts = counts;
      if (drafts.length) this.#page.announce(this.#words.added(drafts.length));
      else this.#page.tell(this.#words.noMore);
    });
    this.#proposing = false;
    this.#drawTools();
    this.#drawProgress();
    if (!this.#card) this.#drawCard();
  }

  async #change(changes, said, leave = true) {
    if (this.#changing) return;
    this.#changing = true;
    const at = this.#at, draft = this.#drafts[at], card = this.#card;
    await this.#page.tried(async () => {
      const changed = await patch(`${DRAFTS}/${draft.id}`, changes);
      this.#counts[draft.state] -= 1;
      this.#counts[changed.state] += 1;
      // What has left the list that is shown makes room for the next.
      if (leave) this.#drafts.splice(at, 1);
      else this.#drafts[at] = changed;
      if (!this.#drafts.length) await this.#load();
      this.#at = Math.min(at, Math.max(0, this.#drafts.length - 1));
      this.#drawCard();
      const next = this.#drafts[this.#at];
      this.#page.announce(leave && next ? `${said}. ${next.question}` : said);
      this.#page.changed();
    }, (refusal) => card.nearest(refusal.near));
    this.#changing = false;
  }

  // Letters act where no field is being filled in.
  key(letter) {
    if (letter === "j") this.#move(1);
    else if (letter === "k") this.#move(-1);
    else if (letter === "a" && this.#state !== "accepted") this.#card?.accept();
    else if (letter === "r" && this.#state !== "rejected") this.#card?.reject();
    else if (letter === "e") this.#card?.edit();
    else return false;
    return true;
  }
}
